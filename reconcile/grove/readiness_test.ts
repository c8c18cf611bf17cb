// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { PodClique, PodCliqueScalingGroup, PodCliqueSet } from "../../kube/optional_kinds.ts";
import { graph } from "../testing/graph_builder.ts";
import {
  groveObserved,
  planSet,
  readyClique,
  readyGroup,
  storedSet,
} from "../testing/grove_objects.ts";
import { groveNotReady, isGroveReady } from "./readiness.ts";

const ROLLING = { rollingUpdateProgress: { updateStartedAt: "2026-01-01T00:00:00Z" } };
const ENDED = {
  rollingUpdateProgress: {
    ...ROLLING.rollingUpdateProgress,
    updateEndedAt: "2026-01-01T00:01:00Z",
  },
};
const DELETING = { deletionTimestamp: "2026-01-01T00:00:00Z" };
const object = graph().withFrontend("Frontend", { replicas: 2 })
  .withWorker("Decode", { multinode: { nodeCount: 4 } }).build();
const set = storedSet(object);
const group = readyGroup(set, "chat-0-decode");
const frontend = readyClique(set, "chat-0-frontend", 2);
const leader = readyClique(group, "chat-0-decode-0-decode-ldr");
const workers = readyClique(group, "chat-0-decode-0-decode-wkr", 3);

type Change<T extends { metadata: unknown; spec: unknown; status?: unknown }> = {
  [K in "metadata" | "spec" | "status"]?: Partial<NonNullable<T[K]>>;
};

function changed<T extends PodClique | PodCliqueScalingGroup | PodCliqueSet>(
  live: T,
  { metadata, spec, status }: Change<T>,
): T {
  return {
    ...live,
    metadata: { ...live.metadata, ...metadata },
    spec: { ...live.spec, ...spec },
    status: { ...live.status, ...status },
  };
}

interface Live {
  podCliqueSet?: PodCliqueSet;
  scalingGroups?: PodCliqueScalingGroup[];
  cliques?: PodClique[];
}

function notReady(
  { podCliqueSet = set, scalingGroups = [group], cliques = [frontend, leader, workers] }: Live,
  updated?: ReadonlySet<string>,
) {
  const observed = groveObserved({ podCliqueSet, scalingGroups, cliques });
  const plan = planSet(object, { podCliqueSet });
  const { reasons } = groveNotReady(podCliqueSet, plan.services, observed, updated);
  if (!podCliqueSet.metadata.deletionTimestamp) {
    assertEquals(isGroveReady(plan, observed), reasons.length === 0);
  }
  return reasons;
}

const OBSERVED_BEFORE = "Grove has not observed its newest generation yet";

for (
  const [why, live, expected] of [
    ["everything is complete", {}, []],
    ["an update has ended", {
      podCliqueSet: changed(set, { status: ENDED }),
      scalingGroups: [changed(group, { status: ENDED })],
      cliques: [changed(frontend, { status: ENDED }), leader, workers],
    }, []],
    ["the count of updated replicas is behind", {
      scalingGroups: [changed(group, { status: { updatedReplicas: 0 } })],
      cliques: [changed(frontend, { status: { updatedReplicas: 0 } }), leader, workers],
    }, []],
    ["the set is not observed", {
      podCliqueSet: changed(set, { metadata: { generation: 2 } }),
    }, [`PodCliqueSet: ${OBSERVED_BEFORE}`]],
    ["the set is rolled out", { podCliqueSet: changed(set, { status: ROLLING }) }, [
      "Grove rolls out the newest template of the PodCliqueSet",
    ]],
    ["the set is being deleted", { podCliqueSet: changed(set, { metadata: DELETING }) }, [
      "PodCliqueSet is being deleted",
    ]],
    ["a single PodClique is missing", { cliques: [leader, workers] }, [
      "podclique/chat-0-frontend: resource not found",
    ]],
    ["a pod of a single PodClique is not ready", {
      cliques: [changed(frontend, { status: { readyReplicas: 1 } }), leader, workers],
    }, ["podclique/chat-0-frontend: desired=2, ready=1"]],
    ["a terminating pod still counts as ready", {
      cliques: [changed(frontend, { status: { readyReplicas: 3 } }), leader, workers],
    }, ["podclique/chat-0-frontend: desired=2, ready=3"]],
    ["a pod is missing", {
      cliques: [changed(frontend, { status: { replicas: 1, readyReplicas: 1 } }), leader, workers],
    }, ["podclique/chat-0-frontend: desired=2, ready=1, existing=1"]],
    ["a single PodClique is not scaled yet", {
      cliques: [readyClique(set, "chat-0-frontend", 1), leader, workers],
    }, ["podclique/chat-0-frontend: desired=2, scaled to 1"]],
    ["a PodClique is not observed", {
      cliques: [changed(frontend, { metadata: { generation: 2 } }), leader, workers],
    }, [`podclique/chat-0-frontend: ${OBSERVED_BEFORE}`]],
    ["a PodClique is updated", {
      cliques: [changed(frontend, { status: ROLLING }), leader, workers],
    }, ["podclique/chat-0-frontend: Grove still updates it"]],
    ["a PodClique is being deleted", {
      cliques: [changed(frontend, { metadata: DELETING }), leader, workers],
    }, ["podclique/chat-0-frontend: is being deleted"]],
    ["a PodClique is left over", {
      cliques: [frontend, leader, workers, readyClique(group, "chat-0-decode-1-decode-ldr")],
    }, ["podclique/chat-0-decode-1-decode-ldr: Grove has not deleted it yet"]],
    ["a group is missing", { scalingGroups: [] }, ["pcsg/chat-0-decode: resource not found"]],
    ["a replica of a group is not available", {
      scalingGroups: [changed(group, { status: { availableReplicas: 0 } })],
    }, ["pcsg/chat-0-decode: desired=1, available=0"]],
    ["a group has too many replicas", {
      scalingGroups: [changed(group, { status: { replicas: 3, availableReplicas: 3 } })],
    }, ["pcsg/chat-0-decode: desired=1, available=3, existing=3"]],
    ["a group is not scaled yet", {
      scalingGroups: [readyGroup(set, "chat-0-decode", 3)],
    }, ["pcsg/chat-0-decode: desired=1, scaled to 3"]],
    ["a group is not observed", {
      scalingGroups: [changed(group, { metadata: { generation: 2 } })],
    }, [`pcsg/chat-0-decode: ${OBSERVED_BEFORE}`]],
    ["a group is updated", { scalingGroups: [changed(group, { status: ROLLING })] }, [
      "pcsg/chat-0-decode: Grove still updates it",
    ]],
    ["two of three workers of an available replica are not ready", {
      cliques: [frontend, leader, changed(workers, { status: { readyReplicas: 1 } })],
    }, ["podclique/chat-0-decode-0-decode-wkr: desired=3, ready=1"]],
    ["the workers have fewer pods than the replica has nodes", {
      cliques: [frontend, leader, readyClique(group, "chat-0-decode-0-decode-wkr", 1)],
    }, ["podclique/chat-0-decode-0-decode-wkr: desired=3, scaled to 1"]],
  ] as [string, Live, string[]][]
) {
  Deno.test(`readiness on Grove: ${why}`, () => assertEquals(notReady(live), expected));
}

Deno.test("a service without replicas is ready without pods", () => {
  const none = graph().withFrontend("Frontend", { replicas: 0 })
    .withWorker("Decode", { replicas: 0, multinode: { nodeCount: 2 } }).build();
  const podCliqueSet = storedSet(none);
  const observed = {
    cliques: [readyClique(podCliqueSet, "chat-0-frontend", 0)],
    scalingGroups: [
      changed(readyGroup(podCliqueSet, "chat-0-decode", 0), { status: { replicas: 0 } }),
    ],
  };
  assertEquals(groveNotReady(podCliqueSet, planSet(none).services, observed).reasons, []);
});

Deno.test("an update that Grove does not report as ended is described with the way out", () => {
  const cliques = [changed(frontend, { status: ROLLING }), leader, workers];
  const [reason] = notReady({ cliques }, new Set(["chat-0-frontend"]));
  assertStringIncludes(reason ?? "", "Grove still updates it, although all its pods are ready");
  assertStringIncludes(reason ?? "", "nvidia.com/recreate-podcliqueset");
});

Deno.test("a message names five PodCliques", () => {
  const large = graph().withWorker("Decode", { replicas: 4, multinode: { nodeCount: 2 } }).build();
  const podCliqueSet = storedSet(large);
  const groups = [readyGroup(podCliqueSet, "chat-0-decode", 4)];
  const { reasons } = groveNotReady(podCliqueSet, planSet(large).services, {
    cliques: [],
    scalingGroups: groups,
  });
  assertEquals(reasons.length, 6);
  assertEquals(reasons.at(-1), "3 more PodCliques are not ready");
});

Deno.test("the comparison of a refused number of replicas does not enumerate them", () => {
  const services = [{ key: "Decode", replicas: 2_147_483_647 }];
  const live = groveObserved({ scalingGroups: [group], cliques: [leader, workers] });
  const [reason] = groveNotReady(set, services, live).reasons;
  assertEquals(reason, "pcsg/chat-0-decode: desired=2147483647, scaled to 1");
});
