// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { DynamoGraphDeployment, GraphSpec } from "../../crds/kinds/graph.ts";
import type { PodCliqueSet } from "../../kube/optional_kinds.ts";
import { executionOf } from "../apply/testing/objects.ts";
import { graph } from "../testing/graph_builder.ts";
import { groveObserved, readyClique, readyGroup, storedSet } from "../testing/grove_objects.ts";
import { graphObserved } from "../testing/observed.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { planGraph } from "./plan.ts";
import { graphStatus } from "./status.ts";

const NOW = "2026-03-01T12:00:00Z";
const RESTART_AT = "nvidia.com/restartAt";
const SERVICES = graph().withFrontend("A").withWorker("B", { multinode: { nodeCount: 2 } });

type Restart = NonNullable<GraphSpec["restart"]>;

/** Returns the PodCliqueSet of {@link SERVICES} as the API server stores it, with these restart ids. */
function setWith(ids: Record<string, string>): PodCliqueSet {
  const set = storedSet(SERVICES.build());
  for (const clique of set.spec.template.cliques) {
    const id = ids[clique.name.slice(0, 1).toUpperCase()];
    if (id) clique.annotations = { ...clique.annotations, [RESTART_AT]: id };
  }
  return set;
}

function planned(restart: Restart | undefined, podCliqueSet?: PodCliqueSet, readyPods = 1) {
  const object: DynamoGraphDeployment = SERVICES.withSpec(restart ? { restart } : {}).build();
  const scalingGroups = podCliqueSet ? [readyGroup(podCliqueSet, "chat-0-b")] : [];
  const cliques = podCliqueSet
    ? [
      readyClique(podCliqueSet, "chat-0-a", readyPods),
      ...scalingGroups.flatMap((group) =>
        ["ldr", "wkr"].map((role) => readyClique(group, `chat-0-b-0-b-${role}`))
      ),
    ]
    : [];
  const observed = {
    ...graphObserved({
      live: podCliqueSet ? [podCliqueSet] : [],
      parentUid: object.metadata.uid,
      served: new Set(["grove"]),
      podCliqueSets: podCliqueSet ? [podCliqueSet] : [],
    }),
    grove: groveObserved({ podCliqueSet, cliques, scalingGroups }),
  };
  const plan = planGraph(object, observed, platformConfig());
  assertEquals(plan.problems, []);
  return { object, observed, plan };
}

/** Returns the restart ids in the planned cliques, keyed by clique name. */
function idsOf(...input: Parameters<typeof planned>) {
  const { podCliqueSet } = planned(...input).plan.grove ?? {};
  return Object.fromEntries(
    podCliqueSet?.manifest.spec.template.cliques.map((
      { name, annotations },
    ) => [name, annotations?.[RESTART_AT]]) ?? [],
  );
}

function restartOf(...input: Parameters<typeof planned>) {
  const execution = executionOf();
  const { restart } = graphStatus({ ...planned(...input), execution, paused: false }, NOW);
  return [restart?.phase, restart?.inProgress];
}

Deno.test("a restart on Grove adds its id to the cliques of one service after the other", () => {
  const unset = { a: undefined, "b-ldr": undefined, "b-wkr": undefined };
  assertEquals(idsOf(undefined, setWith({})), unset);
  assertEquals(idsOf({ id: "1" }, setWith({})), { ...unset, a: "1" });
  assertEquals(idsOf({ id: "1" }, setWith({ A: "1" }), 0), { ...unset, a: "1" });
  const all = { a: "1", "b-ldr": "1", "b-wkr": "1" };
  assertEquals(idsOf({ id: "1" }, setWith({ A: "1" })), all);
  assertEquals(idsOf({ id: "1", strategy: { type: "Parallel" } }, setWith({})), all);
});

Deno.test("a graph on Grove keeps the restart ids that the Go operator set, and a new graph gets none", () => {
  assertEquals(idsOf(undefined, setWith({ A: "0" })).a, "0");
  assertEquals(idsOf(undefined).a, undefined);
});

Deno.test("the status of a restart on Grove follows the PodCliques and the rollout of the template", () => {
  const restart = { id: "1" };
  assertEquals(restartOf(restart, setWith({})), ["Pending", undefined]);
  assertEquals(restartOf(restart, setWith({ A: "1" }), 0), ["Restarting", ["A"]]);
  const rolling = setWith({ A: "1" });
  assertEquals(
    restartOf(restart, { ...rolling, metadata: { ...rolling.metadata, generation: 2 } }),
    [
      "Restarting",
      ["A"],
    ],
  );
  assertEquals(restartOf(restart, setWith({ A: "1" })), ["Restarting", ["B"]]);
  assertEquals(restartOf(restart, setWith({ A: "1", B: "1" })), ["Completed", undefined]);
});

Deno.test("a graph keeps the status of its restart while the API server does not serve Grove", () => {
  const restart = { observedID: "1", phase: "Restarting" as const, inProgress: ["B"] };
  const object = {
    ...SERVICES.withSpec({ restart: { id: "1" } }).build(),
    status: { orchestrator: "grove" as const, restart },
  };
  const observed = graphObserved({ parentUid: object.metadata.uid });
  const plan = planGraph(object, observed, platformConfig());
  const view = { object, observed, plan, execution: executionOf(), paused: false };
  assertEquals(graphStatus(view, NOW).restart, restart);
});
