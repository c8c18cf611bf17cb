// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { KubeObject } from "../../kube/object.ts";
import { podCliqueSets } from "../../kube/optional_kinds.ts";
import { emptyLookup } from "../engine/lookup.ts";
import { graph } from "../testing/graph_builder.ts";
import { readyClique, readyGroup, storedSet } from "../testing/grove_objects.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { groveIndexes, groveKinds, projectMember } from "./children.ts";

const object = graph().withFrontend().withWorker("Decode", { multinode: { nodeCount: 2 } }).build();
const set = storedSet(object);
const kinds = groveKinds(platformConfig());

function labelled<T extends KubeObject>(member: T, partOf: string): T {
  const labels = { "app.kubernetes.io/part-of": partOf };
  return { ...member, metadata: { ...member.metadata, labels } };
}

Deno.test("a member of a PodCliqueSet enqueues the graph of that name", () => {
  const group = readyGroup(set, "chat-0-decode");
  const nested = readyClique(group, "chat-0-decode-0-decode-ldr");
  const keysOf = (member: KubeObject) => [...kinds.podCliques.keys(member as never, emptyLookup())];
  assertEquals(keysOf(labelled(nested, "chat")), ["team/chat"]);
  assertEquals(keysOf(readyClique(set, "chat-0-frontend")), ["team/chat"]);
  assertEquals(keysOf(nested), []);
  assertEquals(
    [...kinds.podCliqueScalingGroups.keys(group, emptyLookup())],
    ["team/chat"],
  );
});

Deno.test("a PodCliqueSet enqueues its graph, and the graph of its name", () => {
  const { keys } = kinds.podCliqueSets;
  assertEquals([...keys(set, emptyLookup())], ["team/chat"]);
  const foreign = { ...set, metadata: { ...set.metadata, name: "taken" } };
  assertEquals([...keys(foreign, emptyLookup())], ["team/chat", "team/taken"]);
  const { apiVersion, kind } = podCliqueSets;
  const orphan = { apiVersion, kind, metadata: { name: "other", namespace: "team" } };
  assertEquals([...keys(orphan as typeof set, emptyLookup())], ["team/other"]);
});

Deno.test("the store keeps only what is read of a PodClique", () => {
  const full = readyClique(set, "chat-0-frontend");
  const stored = projectMember({
    ...full,
    spec: { ...full.spec, ...{ podSpec: { containers: [] } } },
    status: { ...full.status, ...{ conditions: [] } },
  });
  assertEquals(stored, full);
});

Deno.test("a queue enqueues the graphs that name it, a namespace-scoped operator reads none", () => {
  const named = graph().withAnnotation("nvidia.com/kai-scheduler-queue", "red").build();
  const index = groveIndexes["kai-queue"];
  assertEquals([index(object), index(named)], [["dynamo"], ["red"]]);
  const scoped = groveKinds(platformConfig({ plannerRbacProvided: true }));
  assertEquals([kinds.kaiQueues?.resource.plural, scoped.kaiQueues], ["queues", undefined]);
});
