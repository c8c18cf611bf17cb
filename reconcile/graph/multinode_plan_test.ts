// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { graph } from "../testing/graph_builder.ts";
import { graphObserved } from "../testing/observed.ts";
import { DISCOVERY, names } from "../testing/planned_names.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { planGraph } from "./plan.ts";

function planWithLws(object: DynamoGraphDeployment) {
  const observed = graphObserved({
    parentUid: object.metadata.uid,
    served: new Set(["lws"] as const),
  });
  return planGraph(object, observed, platformConfig());
}

Deno.test("with LeaderWorkerSets, a multinode service is a component like any other", () => {
  const object = graph().withWorker("Big", { multinode: { nodeCount: 2 } }).build();
  const { planned, problems } = planWithLws(object);
  assertEquals(problems, []);
  assertEquals(names(planned), [...DISCOVERY, "DynamoComponentDeployment/chat-big"]);
});

Deno.test("a service whose replica would have the name of another component is refused", () => {
  const multinode = { nodeCount: 2 };
  const withReplicas = (replicas: number) =>
    planWithLws(graph().withWorker("Big", { multinode, replicas }).withWorker("Big-1").build());
  assertEquals(withReplicas(1).problems, []);
  const { planned, problems } = withReplicas(2);
  assertEquals(planned, []);
  assertEquals(problems.map(({ field }) => field), ["spec.services[Big]"]);
  assertStringIncludes(problems[0]?.message ?? "", '"chat-big-1"');
  assertStringIncludes(
    problems[0]?.message ?? "",
    'the component of service "Big-1" has this name: rename one of the services',
  );
});

Deno.test("a multinode service whose name is too long is refused with its field", () => {
  const name = "B".repeat(45);
  const { planned, problems } = planWithLws(
    graph().withWorker(name, { multinode: { nodeCount: 2 } }).build(),
  );
  assertEquals(planned, []);
  assertEquals(problems.map(({ field }) => field), [`spec.services[${name}].multinode`]);
});
