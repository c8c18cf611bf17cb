// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { DynamoGraphDeployment, GraphSpec } from "../../crds/kinds/graph.ts";
import { isPaused } from "../../crds/labels.ts";
import { withController } from "../apply/ownership.ts";
import { executionOf } from "../apply/testing/objects.ts";
import { graph } from "../testing/graph_builder.ts";
import { graphObserved } from "../testing/observed.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { emptyPlan, planGraph } from "./plan.ts";
import { graphStatus } from "./status.ts";

const NOW = "2026-03-01T12:00:00Z";
const RESTART_AT = "nvidia.com/restartAt";
const services = graph().withFrontend("A", { annotations: { note: "x" } }).withWorker("B");

type Restart = NonNullable<GraphSpec["restart"]>;

function requesting(restart: Restart, builder = services): DynamoGraphDeployment {
  return builder.withSpec({ restart }).build();
}

/** Returns the ready components of {@link services} as the API server stores them, with these restart ids. */
function componentsWith(
  ids: Record<string, string>,
  change: (component: DynamoComponentDeployment) => Partial<DynamoComponentDeployment> = () => ({}),
): DynamoComponentDeployment[] {
  const object = services.build();
  return [...planGraph(object, graphObserved(), platformConfig()).components].map(
    ([service, { spec, metadata, ...component }]) => {
      const id = ids[service];
      const annotations = { ...spec.annotations, ...(id && { [RESTART_AT]: id }) };
      const live = withController({
        ...component,
        metadata: { ...metadata, uid: `uid-${service}`, generation: 1 },
        spec: { ...spec, annotations },
        status: { observedGeneration: 1, conditions: [condition("Available")] },
      }, object);
      return { ...live, ...change(live) };
    },
  );
}

function condition(type: string, status: "True" | "False" = "True") {
  return { type, status, reason: "Reason", message: "", lastTransitionTime: NOW };
}

/** Changes a component so that its status does not describe its newest generation. */
function outdated({ metadata }: DynamoComponentDeployment) {
  return { metadata: { ...metadata, generation: 2 } };
}

function stalled() {
  const conditions = [condition("Available", "False"), condition("Stalled")];
  return { status: { observedGeneration: 1, conditions } };
}

function planned(object: DynamoGraphDeployment, live: DynamoComponentDeployment[] = []) {
  const observed = graphObserved({ live, parentUid: object.metadata.uid });
  return { object, observed, plan: planGraph(object, observed, platformConfig()) };
}

function idsOf(object: DynamoGraphDeployment, live: DynamoComponentDeployment[]) {
  return [...planned(object, live).plan.components.values()]
    .map(({ spec }) => spec.annotations?.[RESTART_AT]);
}

function restartOf(object: DynamoGraphDeployment, live: DynamoComponentDeployment[]) {
  const execution = executionOf();
  return graphStatus({ ...planned(object, live), execution, paused: isPaused(object) }, NOW)
    .restart;
}

Deno.test("a restart adds its id to the spec of a component, and to no other annotations", () => {
  const [a, b] = planned(requesting({ id: "1" }), componentsWith({})).plan.components.values();
  assertEquals(a?.spec.annotations, { note: "x", [RESTART_AT]: "1" });
  assertEquals(a?.metadata.annotations, { note: "x" });
  assertEquals(b?.spec.annotations, undefined);
});

Deno.test("the components of a graph keep the restart ids that the Go operator set", () => {
  const live = componentsWith({ A: "2026-01-01" });
  assertEquals(idsOf(services.build(), live), ["2026-01-01", undefined]);
});

Deno.test("the status of a restart follows the newest generation of the components", () => {
  const object = requesting({ id: "1" });
  assertEquals(restartOf(object, componentsWith({}))?.phase, "Pending");
  const [updating, updated] = [outdated, () => ({})].map((change) =>
    restartOf(object, componentsWith({ A: "1" }, change))
  );
  assertEquals([updating?.phase, updating?.inProgress], ["Restarting", ["A"]]);
  assertEquals([updated?.phase, updated?.inProgress], ["Restarting", ["B"]]);
  const completed = { observedID: "1", phase: "Completed" } as const;
  assertEquals(restartOf(object, componentsWith({ A: "1", B: "1" })), completed);
});

Deno.test("a restart fails if a restarted component has stalled in its newest generation", () => {
  const object = requesting({ id: "1" });
  const failed = { observedID: "1", phase: "Failed" as const, inProgress: ["A"] };
  assertEquals(restartOf(object, componentsWith({ A: "1" }, stalled)), failed);
  assertEquals(restartOf(object, componentsWith({}, stalled))?.phase, "Pending");
  const stalledBefore = componentsWith({ A: "1" }, (live) => ({ ...stalled(), ...outdated(live) }));
  assertEquals(restartOf(object, stalledBefore)?.phase, "Restarting");
});

Deno.test("a graph that cannot be planned keeps the status of its restart", () => {
  const restart = { observedID: "1", phase: "Completed" } as const;
  const object = { ...requesting({ id: "1" }), status: { restart } };
  const view = { ...planned(object), plan: emptyPlan(), execution: executionOf(), paused: false };
  assertEquals(graphStatus(view, NOW).restart, restart);
  const incomplete = services.withSpec({ pvcs: [{ name: "cache" }] });
  assertEquals(
    restartOf({ ...requesting({ id: "1" }, incomplete), status: { restart } }, []),
    restart,
  );
});

Deno.test("the restart of a paused graph is pending", () => {
  const paused = services.withAnnotation("nvidia.com/paused", "true");
  assertEquals(restartOf(requesting({ id: "1" }, paused), componentsWith({}))?.phase, "Pending");
});

Deno.test("a restart with an invalid order is refused with its field, and changes no component", () => {
  const problemOf = (restart: Restart) => {
    const { plan } = planned(requesting(restart));
    assertEquals(plan.planned.length > 0, plan.problems.length === 0);
    return plan.problems.map(({ field, message }) => `${field}: ${message}`).join();
  };
  const order = "spec.restart.strategy.order";
  const mustList = `${order}: Must list each key of spec.services once`;
  assertEquals(problemOf({ id: "1", strategy: { order: ["B", "A"] } }), "");
  assertEquals(problemOf({ id: "1", strategy: { type: "Parallel", order: [] } }), "");
  assertEquals(
    problemOf({ id: "1", strategy: { order: ["A", "X"] } }),
    `${mustList} (unknown: X; missing: B): correct or remove order`,
  );
  assertEquals(
    problemOf({ id: "1", strategy: { order: ["A", "B", "A"] } }),
    `${mustList} (some are listed twice): correct or remove order`,
  );
  assertEquals(
    problemOf({ id: "1", strategy: { type: "Parallel", order: ["A", "B"] } }),
    `${order}: Cannot be set if type is Parallel: remove order, or change the type`,
  );
  assertEquals(problemOf({ id: "" }), "spec.restart.id: Is required");
});
