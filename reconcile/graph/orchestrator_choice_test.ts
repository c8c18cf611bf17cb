// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { KubeObject } from "../../kube/object.ts";
import { components } from "../dynamo/resources.ts";
import { graph } from "../testing/graph_builder.ts";
import { storedSet } from "../testing/grove_objects.ts";
import { NONE_SERVED } from "../workload/orchestrator.ts";
import { chooseOrchestrator } from "./orchestrator_choice.ts";

const GROVE = new Set(["grove"] as const);
const object = graph().withFrontend().build();
const disabled = graph().withFrontend().withAnnotation("nvidia.com/enable-grove", "False").build();
const set = storedSet(object);
const { ownerReferences: _owners, ...metadata } = set.metadata;
const orphan = { ...set, metadata };
const component: KubeObject = {
  apiVersion: components.apiVersion,
  kind: components.kind,
  metadata: { name: "chat-frontend" },
};

function recorded(graph: DynamoGraphDeployment, orchestrator: string): DynamoGraphDeployment {
  return { ...graph, status: { orchestrator } };
}

for (
  const [why, object_, live, expected] of [
    ["a new graph without Grove", object, {}, false],
    ["a new graph with Grove", object, { served: GROVE }, true],
    ["a new graph that disables Grove", disabled, { served: GROVE }, false],
    ["a graph with components", object, { served: GROVE, owned: [component] }, false],
    ["a graph that ran as Deployments", recorded(object, "deployment"), { served: GROVE }, false],
    ["a graph that ran as LeaderWorkerSets", recorded(object, "lws"), { served: GROVE }, false],
    ["a graph that ran on Grove", recorded(object, "grove"), { served: GROVE }, true],
    ["a graph that ran on Grove and disables it", recorded(disabled, "grove"), {
      served: GROVE,
    }, false],
    ["a graph with a PodCliqueSet", object, { served: GROVE, podCliqueSets: [set] }, true],
    ["a graph with a PodCliqueSet that disables Grove", disabled, {
      served: GROVE,
      podCliqueSets: [set],
    }, true],
    ["a graph with components and a PodCliqueSet", object, {
      served: GROVE,
      owned: [component],
      podCliqueSets: [set],
    }, false],
    ["an orphaned PodCliqueSet of its name", object, {
      served: GROVE,
      podCliqueSets: [orphan],
    }, true],
    ["an orphaned PodCliqueSet while Grove is disabled", disabled, {
      served: GROVE,
      podCliqueSets: [orphan],
    }, false],
  ] as [string, DynamoGraphDeployment, Partial<Parameters<typeof chooseOrchestrator>[1]>, boolean][]
) {
  Deno.test(`the choice of Grove: ${why}`, () => {
    const observed = { owned: [], podCliqueSets: [], served: NONE_SERVED, ...live };
    const { isGrove, problems } = chooseOrchestrator(object_, observed);
    assertEquals([isGrove, problems], [expected, []]);
  });
}

Deno.test("a graph on Grove is held while Grove is not served", () => {
  for (
    const [graph, podCliqueSets] of [[recorded(object, "grove"), []], [object, [set]]] as const
  ) {
    const { isGrove, problems } = chooseOrchestrator(graph, {
      owned: [],
      podCliqueSets,
      served: NONE_SERVED,
    });
    assertEquals([isGrove, problems.map(({ reason }) => reason)], [true, ["GroveNotServed"]]);
    assertStringIncludes(problems[0]?.message ?? "", "install Grove");
  }
});

Deno.test("a leftover PodCliqueSet, and a disabled Grove that runs the graph, are warnings", () => {
  const choose = (graph: DynamoGraphDeployment, owned: KubeObject[]) =>
    chooseOrchestrator(graph, { owned, podCliqueSets: [set], served: GROVE }).warnings
      .map(({ field, message }) => `${field}: ${message}`);
  assertStringIncludes(
    choose(object, [component])[0] ?? "",
    'PodCliqueSet "chat" of Grove may run',
  );
  assertStringIncludes(
    choose(disabled, [])[0] ?? "",
    'metadata.annotations[nvidia.com/enable-grove]: has no effect while PodCliqueSet "chat"',
  );
  assertEquals(choose(object, []), []);
});
