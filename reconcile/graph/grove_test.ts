// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { KubeObject } from "../../kube/object.ts";
import { controllerReference, withController } from "../apply/ownership.ts";
import { REASONS } from "../dynamo/conditions.ts";
import { components } from "../dynamo/resources.ts";
import { graph } from "../testing/graph_builder.ts";
import { graphObserved } from "../testing/observed.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { graphKinds } from "./children.ts";
import { podCliqueSetsOf } from "./grove.ts";
import { planGraph } from "./plan.ts";

const POD_CLIQUE_SET = {
  apiVersion: "grove.io/v1alpha1",
  kind: "PodCliqueSet",
  metadata: { name: "chat" },
};

function planBesideGrove(object: DynamoGraphDeployment, ...live: KubeObject[]) {
  const observed = graphObserved({
    live: live.map((child) => withController(child, object)),
    parentUid: object.metadata.uid,
    podCliqueSets: [POD_CLIQUE_SET],
  });
  return planGraph(object, observed, platformConfig());
}

Deno.test("a graph whose pods run on Grove plans and prunes nothing", () => {
  const service = { apiVersion: "v1", kind: "Service", metadata: { name: "chat-frontend" } };
  const object = graph().withFrontend();
  for (const one of [object, object.withAnnotation("nvidia.com/enable-grove", "true")]) {
    const { planned, prune, problems, warnings } = planBesideGrove(one.build(), service);
    assertEquals([planned, prune, warnings], [[], [], []]);
    assertEquals(problems.map(({ reason }) => reason), [REASONS.runsOnGrove]);
  }
});

Deno.test("a graph that disables Grove or has components runs beside a PodCliqueSet, and the plan warns about it", () => {
  const object = graph().withFrontend().build();
  const disabled = graph().withFrontend().withAnnotation("nvidia.com/enable-grove", "False");
  const { apiVersion, kind } = components;
  const component = { apiVersion, kind, metadata: { name: "chat-frontend" } };
  const plans = [planBesideGrove(disabled.build()), planBesideGrove(object, component)];
  for (const { planned, problems, warnings } of plans) {
    assertEquals(problems, []);
    assertEquals(planned.at(-1)?.manifest.metadata.name, "chat-frontend");
    assertEquals(warnings, [{
      message: 'PodCliqueSet "chat" of Grove may run pods of this graph, ' +
        "but the graph runs without Grove: delete the PodCliqueSet",
    }]);
  }
});

Deno.test("a PodCliqueSet belongs to its controlling graph, or without a controller to the graph of its name", () => {
  const chat = graph("chat").build();
  const { keys } = graphKinds(platformConfig()).children.podCliqueSets;
  const other = graph("other").build();
  const owners = (owner: KubeObject) => ({ ownerReferences: [controllerReference(owner)] });
  const cases: [KubeObject["metadata"], boolean, string[]][] = [
    [{ name: "chat" }, true, ["team/chat"]],
    [{ name: "chat", ...owners(chat) }, true, ["team/chat"]],
    [{ name: "renamed", ...owners(chat) }, true, ["team/chat"]],
    [{ name: "chat", ...owners(other) }, false, ["team/other"]],
    [{ name: "renamed" }, false, ["team/renamed"]],
  ];
  for (const [metadata, belongs, enqueued] of cases) {
    const live = { ...POD_CLIQUE_SET, metadata: { ...metadata, namespace: "team" } };
    const controls = live.metadata.ownerReferences?.[0]?.uid === chat.metadata.uid;
    const lookup = {
      get: ({ name }: { name: string }) => name === live.metadata.name ? live : undefined,
      controlledBy: () => controls ? [live] : [],
    };
    assertEquals(podCliqueSetsOf(chat, lookup), belongs ? [live] : []);
    assertEquals([...keys(live, undefined as never)], enqueued);
  }
});
