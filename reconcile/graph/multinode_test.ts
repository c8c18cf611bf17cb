// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { observedFrom } from "../apply/observed.ts";
import { graph } from "../testing/graph_builder.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { planGraph } from "./plan.ts";

/** Plans a graph in a cluster with LeaderWorkerSets. */
function plan(object: DynamoGraphDeployment) {
  const observed = {
    ...observedFrom([], object.metadata.uid),
    served: new Set(["lws"] as const),
    podCliqueSets: [],
  };
  return planGraph(object, observed, platformConfig());
}

Deno.test("with LeaderWorkerSets, a multinode service is a component like any other", () => {
  const object = graph().withWorker("Big", { multinode: { nodeCount: 2 } }).build();
  const { planned, problems } = plan(object);
  assertEquals(problems, []);
  assertEquals(planned.at(-1)?.manifest.metadata.name, "chat-big");
});

Deno.test("a service whose replica would have the name of another component is refused", () => {
  const multinode = { nodeCount: 2 };
  const withReplicas = (replicas: number) =>
    plan(graph().withWorker("Big", { multinode, replicas }).withWorker("Big-1").build());
  assertEquals(withReplicas(1).problems, []);
  const { planned, problems } = withReplicas(2);
  assertEquals(planned, []);
  assertEquals(problems.map(({ field }) => field), ["spec.services[Big]"]);
  assertStringIncludes(problems[0]?.message ?? "", '"chat-big-1"');
  assertStringIncludes(
    problems[0]?.message ?? "",
    'of service "Big-1": rename one of the services',
  );
});

Deno.test("a multinode service whose name is too long is refused with its field", () => {
  const name = "B".repeat(45);
  const { planned, problems } = plan(
    graph().withWorker(name, { multinode: { nodeCount: 2 } }).build(),
  );
  assertEquals(planned, []);
  assertEquals(problems.map(({ field }) => field), [`spec.services[${name}].multinode`]);
});
