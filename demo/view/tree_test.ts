// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { decodeGraph, stored } from "../testing/objects.ts";
import { treeOf } from "./tree.ts";

function drawn(...objects: Parameters<typeof treeOf>[0]): string[] {
  return treeOf(objects).rows.map(({ branch, label, state }) =>
    `${branch}${label}: ${state.ready} ${state.text}`
  );
}

Deno.test("the tree goes from the graph over components and Deployments to the pods", () => {
  assertEquals(drawn(...decodeGraph(1)), [
    "graph chat: 1/2 pending",
    "└─ component chat-decode: 1/2 DeploymentNotReady",
    "   └─ Deployment chat-decode: 1/2 rolling out",
    "      ├─ pod pod-a: 1/1 Running",
    "      └─ pod pod-b: 0/1 Pending",
  ]);
});

Deno.test("kinds without a state are counted beside the tree, ReplicaSets not at all", () => {
  const role = stored("Role", "chat-role", { maker: "graph" });
  assertEquals(treeOf([...decodeGraph(2), role]).beside, "1 Service, 1 Role");
});

Deno.test("branches of several components are joined by a line", () => {
  const component = (name: string) =>
    stored("DynamoComponentDeployment", name, { maker: "graph", spec: {} });
  const graph = stored("DynamoGraphDeployment", "chat", { uid: "graph", spec: {} });
  const deployment = stored("Deployment", "a", { maker: "a", uid: "deployment", spec: {} });
  assertEquals(drawn(graph, component("b"), component("a"), deployment), [
    "graph chat: 0/0 new",
    "├─ component a: 0/1 new",
    "│  └─ Deployment a: 0/1 rolling out",
    "└─ component b: 0/1 new",
  ]);
});

Deno.test("what has lost its maker becomes a root", () => {
  const pod = stored("Pod", "stray", { maker: "gone", spec: { containers: [{}] } });
  assertEquals(drawn(pod), ["pod stray: 0/1 Pending"]);
});

Deno.test("what is being deleted says so whatever its status is", () => {
  const graph = stored("DynamoGraphDeployment", "chat", {
    deleting: true,
    spec: {},
    status: { state: "successful" },
  });
  assertEquals(drawn(graph), ["graph chat: 0/0 Terminating"]);
});

Deno.test("a Deployment is rolled out only if its newest generation was seen", () => {
  const status = { replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 };
  const deployment = (observedGeneration: number) =>
    stored("Deployment", "d", {
      generation: 2,
      spec: { replicas: 1 },
      status: { ...status, observedGeneration },
    });
  assertEquals(drawn(deployment(1)), ["Deployment d: 1/1 rolling out"]);
  assertEquals(drawn(deployment(2)), ["Deployment d: 1/1 rolled out"]);
});

Deno.test("a graph and a component whose newest generation was not seen are changed, whatever they were", () => {
  const graph = (observedGeneration: number) =>
    stored("DynamoGraphDeployment", "chat", {
      generation: 2,
      spec: {},
      status: { state: "successful", observedGeneration },
    });
  assertEquals(drawn(graph(1)), ["graph chat: 0/0 changed"]);
  assertEquals(drawn(graph(2)), ["graph chat: 0/0 successful"]);
  const conditions = [{ type: "Available", status: "True", reason: "DeploymentReady" }];
  const component = (observedGeneration: number) =>
    stored("DynamoComponentDeployment", "a", {
      generation: 2,
      spec: {},
      status: { conditions, observedGeneration },
    });
  assertEquals(drawn(component(1)), ["component a: 0/1 changed"]);
  assertEquals(drawn(component(2)), ["component a: 0/1 Available"]);
});

Deno.test("a pod whose container waits says what for", () => {
  const status = {
    phase: "Pending",
    containerStatuses: [{ ready: false, state: { waiting: { reason: "ImagePullBackOff" } } }],
  };
  const pod = stored("Pod", "p", { spec: { containers: [{}] }, status });
  assertEquals(drawn(pod), ["pod p: 0/1 ImagePullBackOff"]);
});
