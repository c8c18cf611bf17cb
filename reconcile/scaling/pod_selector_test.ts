// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { GraphStatus } from "../../crds/kinds/graph.ts";
import { graph } from "../testing/graph_builder.ts";
import { podSelector } from "./pod_selector.ts";

const PODS = "nvidia.com/dynamo-graph-deployment-name=chat,nvidia.com/dynamo-component=W";
type Kind = NonNullable<GraphStatus["services"]>[string]["componentKind"];

function selectorOf(nodeCount: number, componentKind: Kind | undefined, replicas = 2) {
  const object = graph().withWorker("W", nodeCount > 1 ? { multinode: { nodeCount } } : {}).build();
  const counts = { replicas, updatedReplicas: replicas };
  const services = componentKind && {
    W: { componentKind, componentName: "chat-0-w", ...counts },
  };
  return podSelector(services ? { ...object, status: { services } } : object, "W", replicas);
}

Deno.test("the selector of a service on one node is that of the Go operator", () => {
  assertEquals(selectorOf(1, undefined), PODS);
  assertEquals(selectorOf(1, "Deployment"), PODS);
  assertEquals(selectorOf(1, "PodClique"), PODS);
});

Deno.test("the selector of a multinode service selects the leader of each replica", () => {
  assertEquals(selectorOf(2, "LeaderWorkerSet"), `${PODS},role=leader`);
  assertEquals(
    selectorOf(2, "PodCliqueScalingGroup"),
    `${PODS},grove.io/podclique in (chat-0-w-0-w-ldr,chat-0-w-1-w-ldr)`,
  );
  // A label requirement with `in` needs at least one value, even if the service has 0 replicas.
  assertEquals(
    selectorOf(2, "PodCliqueScalingGroup", 0),
    `${PODS},grove.io/podclique in (chat-0-w-0-w-ldr)`,
  );
});

Deno.test("a multinode service has no selector until its workload is known", () => {
  assertEquals(selectorOf(2, undefined), undefined);
});

Deno.test("a mistyped number of replicas does not make the selector of a scaling group endless", () => {
  const selector = selectorOf(2, "PodCliqueScalingGroup", 100_000) ?? "";
  assertEquals(selector.match(/-ldr/g)?.length, 1_000);
});
