// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { KubeObject } from "../../kube/object.ts";
import { observedFrom } from "../apply/observed.ts";
import { components } from "../dynamo/resources.ts";
import { graph } from "../testing/graph_builder.ts";
import { storedSet } from "../testing/grove_objects.ts";
import { NONE_SERVED } from "../workload/orchestrator.ts";
import { type ChoiceObserved, chooseOrchestrator } from "./orchestrator_choice.ts";

const GROVE = new Set(["grove"] as const);
const object = graph().withFrontend().build();
const disabled = graph().withFrontend().withAnnotation("nvidia.com/enable-grove", "False").build();
const ordered = (orchestrator: string, of = graph().withFrontend()) =>
  of.withAnnotation("nvidia.com/orchestrator", orchestrator).build();
const set = storedSet(object);
const { ownerReferences: _owners, ...metadata } = set.metadata;
const orphan = { ...set, metadata };
const component: KubeObject = {
  apiVersion: components.apiVersion,
  kind: components.kind,
  metadata: { name: "chat-frontend" },
};
/** Returns a component that still exists after the deletion of its graph. */
const orphanedComponent = (graphName: string): KubeObject => ({
  ...component,
  metadata: {
    name: "chat-frontend",
    annotations: { "nvidia.com/plan-hash": "h" },
    labels: {
      "nvidia.com/dynamo-graph-deployment-name": graphName,
      "nvidia.com/dynamo-component": "Frontend",
    },
  },
});

/** Returns the state of a cluster that contains these objects of the graph. */
function live(
  { objects = [], ...fields }: Partial<Omit<ChoiceObserved, "find">> & { objects?: KubeObject[] },
): ChoiceObserved {
  const { find } = observedFrom(objects);
  return { owned: [], podCliqueSets: [], served: GROVE, find, ...fields };
}

function recorded(graph: DynamoGraphDeployment, orchestrator: string): DynamoGraphDeployment {
  return { ...graph, status: { orchestrator } };
}

for (
  const [why, object_, state, expected] of [
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
    ["a new graph with a component that it may adopt", object, {
      served: GROVE,
      objects: [orphanedComponent("chat")],
    }, false],
    ["a new graph beside a component of another graph", object, {
      served: GROVE,
      objects: [orphanedComponent("other")],
    }, true],
    ["an orphaned PodCliqueSet of its name", object, {
      served: GROVE,
      podCliqueSets: [orphan],
    }, true],
    ["an orphaned PodCliqueSet while Grove is disabled", disabled, {
      served: GROVE,
      podCliqueSets: [orphan],
    }, false],
    ["a new graph that orders Deployments", ordered("deployment"), { served: GROVE }, false],
    ["a new graph that orders LeaderWorkerSets", ordered("lws"), { served: GROVE }, false],
    ["a new graph that orders Grove", ordered("grove"), { served: GROVE }, true],
    ["a graph with components that orders Grove", ordered("grove"), {
      served: GROVE,
      owned: [component],
    }, true],
    ["a graph on Grove that orders Deployments", ordered("deployment"), {
      served: GROVE,
      podCliqueSets: [set],
    }, false],
    ["a graph that ran on Grove and orders Deployments", recorded(ordered("deployment"), "grove"), {
      served: NONE_SERVED,
    }, false],
  ] as [string, DynamoGraphDeployment, Parameters<typeof live>[0], boolean][]
) {
  Deno.test(`the choice of Grove: ${why}`, () => {
    const observed = live({ served: NONE_SERVED, ...state });
    const { isGrove, problems } = chooseOrchestrator(object_, observed);
    assertEquals([isGrove, problems], [expected, []]);
  });
}

for (
  const [why, object_, state, expected] of [
    ["a new graph", ordered("grove"), {}, true],
    ["a graph with components that orders Grove", ordered("grove"), { owned: [component] }, false],
    ["a graph with a PodCliqueSet that orders Deployments", ordered("deployment"), {
      podCliqueSets: [set],
    }, true],
    ["a graph that ran on Grove", recorded(ordered("lws"), "grove"), {}, true],
    ["a graph that ran without Grove", recorded(ordered("grove"), "lws"), {}, false],
    ["an orphaned PodCliqueSet beside an order of Deployments", ordered("deployment"), {
      podCliqueSets: [orphan],
    }, false],
    ["a new graph with a component that it may adopt", ordered("grove"), {
      objects: [orphanedComponent("chat")],
    }, false],
    ["a graph that disables Grove after it ran there", recorded(disabled, "grove"), {}, true],
  ] as [string, DynamoGraphDeployment, Parameters<typeof live>[0], boolean][]
) {
  Deno.test(`the present orchestrator: ${why}`, () => {
    assertEquals(chooseOrchestrator(object_, live(state)).wasGrove, expected);
  });
}

Deno.test("an unknown orchestrator is a problem that lists the known ones, and changes no choice", () => {
  for (const value of ["Grove", "", "kubernetes"]) {
    const observed = live({ owned: [component] });
    const { isGrove, wasGrove, problems } = chooseOrchestrator(ordered(value), observed);
    assertEquals([isGrove, wasGrove], [false, false]);
    assertEquals(problems, [{
      reason: "ValidationFailed",
      field: "metadata.annotations[nvidia.com/orchestrator]",
      message:
        `Cannot use "${value}" as an orchestrator: set one of "deployment", "lws", "grove", ` +
        "or remove the annotation",
    }]);
  }
});

Deno.test("a graph with the annotation for Grove is held while the API server does not serve Grove", () => {
  for (const owned of [[], [component]]) {
    const observed = live({ owned, served: NONE_SERVED });
    const { isGrove, problems } = chooseOrchestrator(ordered("grove"), observed);
    assertEquals([isGrove, problems.map(({ reason }) => reason)], [true, ["GroveNotServed"]]);
    assertStringIncludes(problems[0]?.message ?? "", 'nvidia.com/orchestrator is "grove"');
  }
});

Deno.test("a move to Grove names components without an owner, which the operator cannot delete", () => {
  const objects = [orphanedComponent("chat")];
  const reasonsOf = (of: DynamoGraphDeployment) =>
    chooseOrchestrator(of, live({ objects })).problems.map(({ reason, message }) =>
      `${reason}: ${message}`
    );
  const [problem = ""] = reasonsOf(ordered("grove"));
  assertStringIncludes(
    problem,
    'NameConflict: DynamoComponentDeployment "chat-frontend" has no owner',
  );
  assertEquals(reasonsOf(ordered("deployment")), []);
  assertEquals(reasonsOf(object), []);
});

Deno.test("contradicting annotations are a warning, and the order wins", () => {
  const choose = (orchestrator: string, enable: string) =>
    chooseOrchestrator(
      ordered(orchestrator, graph().withAnnotation("nvidia.com/enable-grove", enable)),
      live({ podCliqueSets: [set] }),
    );
  const { isGrove, warnings } = choose("grove", "false");
  assertEquals(isGrove, true);
  assertEquals(warnings, [{
    field: "metadata.annotations[nvidia.com/enable-grove]",
    message: 'is ignored, because annotation nvidia.com/orchestrator is "grove": ' +
      "remove one of the annotations",
  }]);
  assertEquals(choose("deployment", "TRUE").warnings.length, 1);
  assertEquals(choose("deployment", "false").warnings, []);
  assertEquals(choose("grove", "true").warnings, []);
});

Deno.test("a graph on Grove is held while Grove is not served", () => {
  for (
    const [graph, podCliqueSets] of [[recorded(object, "grove"), []], [object, [set]]] as const
  ) {
    const { isGrove, problems } = chooseOrchestrator(
      graph,
      live({ podCliqueSets, served: NONE_SERVED }),
    );
    assertEquals([isGrove, problems.map(({ reason }) => reason)], [true, ["GroveNotServed"]]);
    assertStringIncludes(problems[0]?.message ?? "", "install Grove");
  }
});

Deno.test("a leftover PodCliqueSet, and a disabled Grove that runs the graph, are warnings", () => {
  const choose = (graph: DynamoGraphDeployment, owned: KubeObject[]) =>
    chooseOrchestrator(graph, live({ owned, podCliqueSets: [set] })).warnings
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
