// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertNotEquals } from "@std/assert";
import type { KubeObject } from "../../kube/object.ts";
import {
  type LeaderWorkerSet,
  leaderWorkerSets,
  type PodGroup,
} from "../../kube/optional_kinds.ts";
import { unplanned } from "../apply/prune.ts";
import type { Planned } from "../apply/planned.ts";
import type { ServiceSpec } from "../dynamo/service_input.ts";
import { graphService, soloService } from "../testing/components.ts";
import {
  condition,
  lwsObserved,
  MULTINODE,
  READY,
  runningLws,
} from "../testing/leader_worker_sets.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { lws } from "./lws.ts";

interface Cluster {
  live?: KubeObject[];
  volcano?: boolean;
  unobserved?: ReadonlySet<string>;
}

function plan(
  spec: ServiceSpec = {},
  { live = [], volcano = false, unobserved }: Cluster = {},
): Planned[] {
  const observed = { ...lwsObserved(live, { volcano }), ...(unobserved && { unobserved }) };
  return lws.plan(soloService({ ...MULTINODE, ...spec }), platformConfig(), observed);
}

function setsOf(planned: readonly Planned[]): Planned<LeaderWorkerSet>[] {
  return planned.filter(({ resource }) => resource.kind === leaderWorkerSets.kind) as Planned<
    LeaderWorkerSet
  >[];
}

function templatesOf({ spec }: LeaderWorkerSet) {
  const { leaderTemplate, workerTemplate } = spec?.leaderWorkerTemplate ?? {};
  return [leaderTemplate, workerTemplate];
}

/**
 * Returns the name of each planned LeaderWorkerSet, followed by "held" if it must not change yet, and by "again" if the
 * operator must delete the live LeaderWorkerSet first.
 */
function steps(planned: readonly Planned[]): string[] {
  return setsOf(planned).map(({ manifest: { metadata: { name } }, held, after }) =>
    [name, held ? "held" : "", after ? "again" : ""].filter(Boolean).join(" ")
  );
}

const image = (tag: string): ServiceSpec => ({
  extraPodSpec: { mainContainer: { ...MULTINODE.extraPodSpec?.mainContainer, image: tag } },
});

Deno.test("each replica is a LeaderWorkerSet with one group", () => {
  const planned = plan({ replicas: 2 });
  assertEquals(planned.map(({ manifest }) => `${manifest.kind} ${manifest.metadata.name}`), [
    "LeaderWorkerSet solo-0",
    "LeaderWorkerSet solo-1",
  ]);
  const { replicas, startupPolicy, leaderWorkerTemplate } = setsOf(planned)[1]?.manifest.spec ?? {};
  assertEquals([replicas, startupPolicy, leaderWorkerTemplate?.size], [1, "LeaderCreated", 2]);
  assertEquals(planned[1]?.manifest.metadata.labels?.["instance-id"], "1");
});

Deno.test("the pods have the labels of their role and replica, and no label with the workload", () => {
  const service = graphService({
    ...MULTINODE,
    extraPodMetadata: { labels: { mine: "1", "nvidia.com/dynamo-component": "other" } },
  });
  const planned = lws.plan(service, platformConfig(), lwsObserved());
  const labels = setsOf(planned).flatMap(({ manifest }) => templatesOf(manifest))
    .map((template) => template?.metadata?.labels);
  const common = {
    "instance-id": "0",
    "nvidia.com/dynamo-component": "Worker",
    "nvidia.com/dynamo-component-type": "worker",
    "nvidia.com/dynamo-graph-deployment-name": "demo",
    "nvidia.com/dynamo-namespace": "ns-demo",
    "nvidia.com/metrics-enabled": "true",
    mine: "1",
  };
  assertEquals(labels, [{ ...common, role: "leader" }, { ...common, role: "worker" }]);
});

Deno.test("the framework's commands address the leader", () => {
  const [leader, worker] = templatesOf(setsOf(plan())[0]?.manifest as LeaderWorkerSet);
  assertEquals(leader?.spec?.containers[0]?.args, [
    "ray start --head --port=6379 && python3 -m dynamo.vllm --tensor-parallel-size 8 " +
    "--distributed-executor-backend ray",
  ]);
  assertEquals(worker?.spec?.containers[0]?.args, [
    "ray start --address=$LWS_LEADER_ADDRESS:6379 --block",
  ]);
});

Deno.test("with Volcano each replica has a PodGroup, which is written first", () => {
  const extraPodSpec = { ...MULTINODE.extraPodSpec, schedulerName: "mine" };
  const planned = plan({ extraPodSpec, multinode: { nodeCount: 3 } }, { volcano: true });
  const group = planned[0] as Planned<PodGroup>;
  assertEquals(planned.map(({ manifest }) => manifest.kind), ["PodGroup", "LeaderWorkerSet"]);
  assertEquals(group.manifest.metadata.name, "solo-0");
  assertEquals([group.manifest.spec, group.prerequisite], [{ minMember: 3 }, true]);
  for (const template of templatesOf(setsOf(planned)[0]?.manifest as LeaderWorkerSet)) {
    assertEquals(template?.spec?.schedulerName, "volcano");
    assertEquals(template?.metadata?.annotations, { "scheduling.k8s.io/group-name": "solo-0" });
  }
});

Deno.test("without Volcano the user's scheduler stays", () => {
  const extraPodSpec = { ...MULTINODE.extraPodSpec, schedulerName: "mine" };
  for (
    const template of templatesOf(setsOf(plan({ extraPodSpec }))[0]?.manifest as LeaderWorkerSet)
  ) {
    assertEquals(template?.spec?.schedulerName, "mine");
    assertEquals(template?.metadata?.annotations, undefined);
  }
});

Deno.test("Volcano that is installed later does not change running pods, but new replicas use it", () => {
  const live = setsOf(plan()).map((planned) => runningLws(planned));
  assertEquals(plan({}, { live, volcano: true }), plan({}, { live }));
  const grown = plan({ replicas: 2 }, { live, volcano: true });
  assertEquals(grown.map(({ manifest }) => `${manifest.kind} ${manifest.metadata.name}`), [
    "LeaderWorkerSet solo-0",
    "PodGroup solo-1",
    "LeaderWorkerSet solo-1",
  ]);
  const changed = plan(image("image:2"), { live, volcano: true });
  assertEquals(changed[0]?.manifest.kind, "PodGroup");
});

Deno.test("pods leave Volcano if it is uninstalled and they cannot start", () => {
  const [running] = setsOf(plan({}, { volcano: true })).map((planned) => runningLws(planned));
  const kept = plan({}, { live: running ? [running] : [] });
  const scheduler = (planned: Planned[]) =>
    templatesOf(setsOf(planned)[0]?.manifest as LeaderWorkerSet)[0]?.spec?.schedulerName;
  assertEquals([kept.length, scheduler(kept)], [1, "volcano"]);
  const waiting = { ...running, status: { replicas: 1, updatedReplicas: 1 } } as LeaderWorkerSet;
  assertEquals(scheduler(plan({}, { live: [waiting] })), undefined);
});

Deno.test("a LeaderWorkerSet of the Go operator keeps its PodGroup", () => {
  const [made] = setsOf(plan({}, { volcano: true })).map((planned) => runningLws(planned));
  delete made?.metadata.annotations?.["nvidia.com/pod-template-inputs"];
  const live = made ? [made] : [];
  assertEquals(plan({}, { live, volcano: true }), plan({}, { volcano: true }));
});

Deno.test("other pull Secrets, accounts and labels do not change running pods", () => {
  const live = setsOf(plan()).map((planned) => runningLws(planned));
  const labels = { team: "a" };
  const observed = { ...lwsObserved(live), podServiceAccounts: ["a"] };
  const service = soloService(MULTINODE, { labels });
  assertEquals(lws.plan(service, platformConfig(), observed), plan());
});

Deno.test("ready replicas change one after the other", () => {
  const spec = { replicas: 3 };
  const live = setsOf(plan(spec)).map((planned) => runningLws(planned));
  const changed = { ...spec, ...image("image:2") };
  assertEquals(steps(plan(spec, { live })), ["solo-0", "solo-1", "solo-2"]);
  const first = plan(changed, { live });
  assertEquals(steps(first), ["solo-0", "solo-1 held", "solo-2 held"]);

  const [updated] = setsOf(first);
  if (!updated) throw new Error("The plan is empty");
  const done = runningLws(updated);
  const rolling = { ...done, status: { ...READY, updatedReplicas: 0 } };
  assertEquals(steps(plan(changed, { live: [rolling, ...live.slice(1)] })), [
    "solo-0",
    "solo-1 held",
    "solo-2 held",
  ]);
  const next = [done, ...live.slice(1)];
  assertEquals(steps(plan(changed, { live: next })), ["solo-0", "solo-1", "solo-2 held"]);
  const unobserved = new Set(["uid-solo-0"]);
  assertEquals(steps(plan(changed, { live: next, unobserved })), [
    "solo-0",
    "solo-1 held",
    "solo-2 held",
  ]);
});

Deno.test("the strategy Recreate changes all replicas at once", () => {
  const annotations = { "nvidia.com/deployment-strategy": "Recreate" };
  const live = setsOf(plan({ replicas: 2, annotations })).map((planned) => runningLws(planned));
  const changed = { replicas: 2, annotations, ...image("image:2") };
  assertEquals(steps(plan(changed, { live })), ["solo-0", "solo-1"]);
});

Deno.test("another number of nodes creates one LeaderWorkerSet after the other again", () => {
  const spec = { replicas: 2 };
  const live = setsOf(plan(spec, { volcano: true })).map((planned) => runningLws(planned));
  const planned = plan({ ...spec, multinode: { nodeCount: 4 } }, { live, volcano: true });
  assertEquals(steps(planned), ["solo-0 again", "solo-1 held again"]);
  assertEquals(setsOf(planned)[0]?.afterReason, "the number of nodes changes from 2 to 4");
  assertEquals(unplanned(live, planned).map(({ metadata }) => metadata.name), ["solo-0"]);
  const held = planned.filter((item) => item.held).map(({ manifest }) => manifest.kind);
  assertEquals(held, ["PodGroup", "LeaderWorkerSet"]);
});

Deno.test("every replica above the new number is pruned, also after a gap", () => {
  const live = setsOf(plan({ replicas: 5 })).map((planned) => runningLws(planned))
    .filter(({ metadata }) => metadata.name !== "solo-2");
  const planned = plan({ replicas: 1 }, { live });
  assertEquals(unplanned(live, planned).map(({ metadata }) => metadata.name), [
    "solo-1",
    "solo-3",
    "solo-4",
  ]);
  assertEquals(plan({ replicas: 0 }, { live }), []);
});

Deno.test("the replicas of a component are those of all its LeaderWorkerSets that are not being deleted", () => {
  const sets = setsOf(plan({ replicas: 3 })).map((planned) => runningLws(planned));
  const [first, second, third] = sets;
  if (!first || !second || !third) throw new Error("The plan is too short");
  second.status = { replicas: 1, updatedReplicas: 1 };
  third.metadata.deletionTimestamp = "2026-01-01T00:00:00Z";
  assertEquals(lws.replicas("solo", sets), {
    componentKind: "LeaderWorkerSet",
    componentName: "solo-0",
    replicas: 2,
    updatedReplicas: 2,
    readyReplicas: 1,
  });
  assertEquals(lws.replicas("solo", [third]), undefined);
});

Deno.test("a LeaderWorkerSet is ready if its group is updated, ready and available", () => {
  const [set] = setsOf(plan()).map((planned) => runningLws(planned));
  const why = (status: LeaderWorkerSet["status"]) =>
    lws.notReady({ ...set, ...(status && { status }) } as LeaderWorkerSet);
  assertEquals(why(READY), undefined);
  assertEquals(why({ ...READY, updatedReplicas: 0 }), "0 of 1 groups updated");
  assertEquals(why({ replicas: 1, conditions: [] }), "0 of 1 groups updated, 0 of 1 groups ready");
  const unavailable = { ...READY, conditions: [condition("Available", "False")] };
  assertEquals(why(unavailable), "its condition Available is not True");
  assertEquals(why({})?.startsWith("its controller has not reported a status yet"), true);
});

Deno.test("a rollout stalls after the time that the probes allow for all replicas", () => {
  const [set] = setsOf(plan()).map((planned) => runningLws(planned));
  const stalled = (conditions: ReturnType<typeof condition>[], seconds: number, count = 1) =>
    lws.hasStalled?.({ ...set, status: { conditions } } as LeaderWorkerSet, seconds * 1_000, count);
  // The deadline is 600 seconds, plus two hours that the default startup probe of a worker allows.
  assertEquals([stalled([], 7_799), stalled([], 7_800)], [false, true]);
  assertEquals([stalled([], 15_599, 2), stalled([], 15_600, 2)], [false, true]);
  const was = condition("Available", "False");
  assertEquals(stalled([was], 7_800), false);
  assertEquals(stalled([was, condition("UpdateInProgress", "True")], 7_800), true);
});

Deno.test("pods are selected by their LeaderWorkerSets, and a Service selects leaders", () => {
  const service = soloService({ ...MULTINODE, replicas: 2 });
  assertEquals(lws.podSelector(service), {
    matchExpressions: [{
      key: "leaderworkerset.sigs.k8s.io/name",
      operator: "In",
      values: ["solo-0", "solo-1"],
    }],
  });
  assertEquals(lws.podLabels(service)["role"], "leader");
  const [set] = setsOf(plan()).map((planned) => runningLws(planned));
  assertEquals(lws.podCreators?.(set as LeaderWorkerSet), [
    { kind: "LeaderWorkerSet", name: "solo-0" },
    { kind: "StatefulSet", name: "solo-0" },
    { kind: "StatefulSet", name: "solo-0-0" },
  ]);
});

Deno.test("the mark of a status changes with its conditions", () => {
  const [set] = setsOf(plan()).map((planned) => runningLws(planned));
  const mark = (status: LeaderWorkerSet["status"]) =>
    lws.statusMark?.({ ...set, ...(status && { status }) } as LeaderWorkerSet);
  assertEquals(mark(READY), mark({ ...structuredClone(READY), readyReplicas: 0 }));
  assertNotEquals(mark(READY), mark({ ...READY, conditions: [condition("Available", "False")] }));
});
