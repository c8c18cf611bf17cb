// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { KubeObject } from "../../kube/object.ts";
import type { LeaderWorkerSet } from "../../kube/optional_kinds.ts";
import { completed } from "../apply/decide.ts";
import { executionOf } from "../apply/testing/objects.ts";
import { soloComponent } from "../testing/components.ts";
import { lwsObserved, MULTINODE, runningLws } from "../testing/leader_worker_sets.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { planComponent } from "./plan.ts";
import { componentStatus } from "./status.ts";

const NOW = "2026-01-02T00:00:00Z";

function conditionOf({ conditions }: ReturnType<typeof multinodeStatus>, type: string) {
  const { status, reason, message = "" } = conditions.find((c) => c.type === type) ?? {};
  return { status, reason, message };
}

/** Returns the status of a component with two replicas. `change` modifies the LeaderWorkerSet of each replica. */
function multinodeStatus(
  change: (set: LeaderWorkerSet, index: number) => LeaderWorkerSet = (set) => set,
  { unobserved = [] }: { unobserved?: string[] } = {},
) {
  const component = soloComponent({ ...MULTINODE, replicas: 2 });
  const planOfLws = (live: KubeObject[]) => {
    const observed = { ...lwsObserved(live), graphName: "", components: [], modelServices: [] };
    const served = new Set(["lws"] as const);
    return planComponent(component, { ...observed, served }, platformConfig());
  };
  const live = planOfLws([]).planned.map((planned, index) =>
    planned.manifest.kind === "LeaderWorkerSet"
      ? change(runningLws(planned, component), index)
      : completed({ parent: component, planned, live: undefined })
  );
  const observed = { ...lwsObserved(live), unobserved: new Set(unobserved) };
  const execution = executionOf();
  const view = { object: component, plan: planOfLws(live), observed, execution, paused: false };
  return componentStatus(view, NOW);
}

Deno.test("a component on several nodes is available if the groups of all replicas are ready", () => {
  const ready = multinodeStatus();
  assertEquals(conditionOf(ready, "Available"), {
    status: "True",
    reason: "AllLeaderWorkerSetsReady",
    message: "2 LeaderWorkerSets are ready",
  });
  assertEquals(ready.service?.readyReplicas, 2);
  const waiting = multinodeStatus((set, index) => index === 1 ? { ...set, status: {} } : set);
  const { reason, message } = conditionOf(waiting, "Available");
  assertEquals(reason, "SomeLeaderWorkerSetsNotReady");
  assertStringIncludes(message, 'LeaderWorkerSet "solo-1" is not ready: its controller');
});

Deno.test("a status that may be older than the spec does not count", () => {
  const status = multinodeStatus(undefined, { unobserved: ["uid-solo-0"] });
  assertEquals(
    conditionOf(status, "Available").message,
    'LeaderWorkerSet "solo-0" is not ready: its newest generation is not observed yet',
  );
});

Deno.test("a new LeaderWorkerSet has not stalled, although the component was unavailable for long", () => {
  const typesAt = (creationTimestamp: string) => {
    const component = soloComponent({ ...MULTINODE, replicas: 1 });
    const unavailable = { type: "Available", status: "False", reason: "r", message: "" } as const;
    component.status = {
      conditions: [{ ...unavailable, lastTransitionTime: "2025-01-01T00:00:00Z" }],
    };
    const planned = (live: KubeObject[]) =>
      planComponent(component, {
        ...lwsObserved(live),
        graphName: "",
        components: [],
        modelServices: [],
        served: new Set(["lws"] as const),
      }, platformConfig());
    const live = planned([]).planned.map((one) => {
      const object = completed({ parent: component, planned: one, live: undefined });
      return { ...object, metadata: { ...object.metadata, creationTimestamp } };
    });
    const observed = { ...lwsObserved(live), unobserved: new Set<string>() };
    const view = { object: component, plan: planned(live), observed };
    const { conditions } = componentStatus(
      { ...view, execution: executionOf(), paused: false },
      NOW,
    );
    return conditions.map(({ type }) => type).filter((type) => type === "Stalled");
  };
  assertEquals(typesAt("2026-01-01T23:59:00Z"), []);
  assertEquals(typesAt("2025-01-01T00:00:00Z"), ["Stalled"]);
});
