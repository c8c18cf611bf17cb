// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { graph } from "../testing/graph_builder.ts";
import { adapterOf } from "../testing/scaling_adapter.ts";
import { controllerRules } from "../engine/child_kind.ts";
import { adaptersOfGraph, adaptersOfGraphUpdate, BY_GRAPH, scalingKinds } from "./children.ts";

const chat = graph().withWorker("W", { scalingAdapter: { enabled: true } }).build();
const adapter = adapterOf(chat, "W", 2);
const adapters = {
  byIndex: (index: string, value: string) =>
    index === BY_GRAPH && value === "team/chat" ? [adapter] : [],
};
const affected = (now: DynamoGraphDeployment) => adaptersOfGraphUpdate(now, chat, adapters);

Deno.test("an adapter is found by the graph that it refers to", () => {
  assertEquals(scalingKinds().own.indexes?.[BY_GRAPH]?.(adapter), ["team/chat"]);
  assertEquals(adaptersOfGraph(chat, adapters), ["team/chat-w"]);
  assertEquals(adaptersOfGraph(graph("other").build(), adapters), []);
});

Deno.test("only changes of a graph that an adapter depends on affect its adapters", () => {
  const service = (change: object) =>
    graph().withWorker("W", { scalingAdapter: { enabled: true }, ...change }).build();
  const counts = { componentName: "chat-w", replicas: 1, updatedReplicas: 1 };
  const services = { W: { componentKind: "Deployment" as const, ...counts } };
  for (
    const changed of [
      service({ replicas: 3 }),
      service({ scalingAdapter: { enabled: false } }),
      service({ multinode: { nodeCount: 2 } }),
      graph().build(),
      { ...chat, status: { services } },
      { ...chat, metadata: { ...chat.metadata, annotations: { "nvidia.com/paused": "true" } } },
      { ...chat, metadata: { ...chat.metadata, uid: "recreated" } },
    ]
  ) assertEquals(affected(changed), ["team/chat-w"]);
  const more = { ...services.W, readyReplicas: 1 };
  assertEquals(
    adaptersOfGraphUpdate(
      { ...chat, status: { state: "successful", services: { W: more } } },
      { ...chat, status: { services } },
      adapters,
    ),
    [],
  );
  assertEquals(affected(service({ labels: { team: "red" } })), []);
});

Deno.test("the controller may change replicas of graphs, and creates and deletes nothing", () => {
  const verbs = (resource: string) =>
    controllerRules(scalingKinds()).filter(({ resources }) => resources?.includes(resource))
      .flatMap(({ verbs }) => verbs);
  assertEquals(verbs("dynamographdeployments/replicas"), ["update"]);
  assertEquals(verbs("dynamographdeployments"), ["list", "watch", "patch"]);
  assertEquals(verbs("dynamographdeploymentscalingadapters"), ["list", "watch", "patch"]);
  assertEquals(verbs("dynamographdeploymentscalingadapters/finalizers"), []);
});
