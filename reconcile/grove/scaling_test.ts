// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { graph } from "../testing/graph_builder.ts";
import {
  groveObserved,
  planSet,
  readyClique,
  readyGroup,
  storedSet,
} from "../testing/grove_objects.ts";
import type { GroveObserved } from "./observed.ts";
import { scalesOf } from "./scaling.ts";

const MULTINODE = { multinode: { nodeCount: 3 } };
const base = graph().withFrontend().withWorker("Decode", MULTINODE);
const set = storedSet(base.build());
const group = readyGroup(set, "chat-0-decode");
const members: Partial<GroveObserved> = {
  podCliqueSet: set,
  scalingGroups: [group],
  cliques: [
    readyClique(set, "chat-0-frontend"),
    readyClique(group, "chat-0-decode-0-decode-ldr"),
    readyClique(group, "chat-0-decode-0-decode-wkr", 2),
  ],
};

function scales(object: ReturnType<typeof graph>, change: Partial<GroveObserved> = {}): string[] {
  const observed = groveObserved({ ...members, ...change });
  return scalesOf(planSet(object.build(), observed).services, observed)
    .map(({ resource, live, replicas }) =>
      `${resource.kind} ${live.metadata.name} ${live.spec.replicas} to ${replicas}`
    );
}

Deno.test("objects with the replicas of their services are not scaled", () => {
  assertEquals(scales(base), []);
});

Deno.test("a service on one node scales its PodClique, a multinode service its group", () => {
  const object = graph().withFrontend("Frontend", { replicas: 0 })
    .withWorker("Decode", { ...MULTINODE, replicas: 3 });
  assertEquals(scales(object), [
    "PodCliqueScalingGroup chat-0-decode 1 to 3",
    "PodClique chat-0-frontend 1 to 0",
  ]);
});

Deno.test("what Grove runs is scaled, also if the services have changed", () => {
  const turned = graph().withFrontend("Frontend", { ...MULTINODE, replicas: 2 })
    .withWorker("Decode", { replicas: 2 }).withWorker("New", { replicas: 2 });
  assertEquals(scales(turned), [
    "PodCliqueScalingGroup chat-0-decode 1 to 2",
    "PodClique chat-0-frontend 1 to 2",
  ]);
});

Deno.test("a group whose pods differ from the template is scaled to its nodes", () => {
  const cliques = [
    readyClique(group, "chat-0-decode-0-decode-ldr", 2),
    readyClique(group, "chat-0-decode-0-decode-wkr", 1),
  ];
  assertEquals(scales(base, { cliques }), [
    "PodClique chat-0-decode-0-decode-ldr 2 to 1",
    "PodClique chat-0-decode-0-decode-wkr 1 to 2",
  ]);
  // With a new generation, the PodCliqueSet is in a rollout. Grove then replaces the PodCliques of the group.
  const podCliqueSet = { ...set, metadata: { ...set.metadata, generation: 2 } };
  assertEquals(scales(base, { cliques, podCliqueSet }), []);
});

Deno.test("nothing is scaled without a PodCliqueSet, or while objects are deleted", () => {
  const object = base.withFrontend("Frontend", { replicas: 5 });
  const deletionTimestamp = "2026-01-01T00:00:00Z";
  assertEquals(scales(object, { podCliqueSet: undefined }), []);
  const podCliqueSet = { ...set, metadata: { ...set.metadata, deletionTimestamp } };
  assertEquals(scales(object, { podCliqueSet }), []);
  const clique = readyClique(set, "chat-0-frontend");
  const cliques = [{ ...clique, metadata: { ...clique.metadata, deletionTimestamp } }];
  assertEquals(scales(object, { cliques }), []);
});
