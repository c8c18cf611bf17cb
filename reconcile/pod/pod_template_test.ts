// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { type PodSurroundings, podTemplate } from "./pod_template.ts";
import { bareConfig, graphComponent, soloComponent } from "../testing/components.ts";

type Component = ReturnType<typeof soloComponent>;

function make(component: Component, surroundings: Partial<PodSurroundings> = {}) {
  return podTemplate(component, bareConfig, { pullSecrets: [], podAccounts: [], ...surroundings });
}

Deno.test("pods carry the labels of their component, its type and its workload", () => {
  const component = graphComponent({
    subComponentType: "decode",
    modelRef: { name: "Qwen/Qwen3-0.6B" },
  });
  assertEquals(make(component).metadata, {
    labels: {
      "nvidia.com/dynamo-component": "Worker",
      "nvidia.com/dynamo-namespace": "ns-demo",
      "nvidia.com/dynamo-graph-deployment-name": "demo",
      "nvidia.com/dynamo-base-model-hash": "fb68f5a6",
      "nvidia.com/metrics-enabled": "true",
      "nvidia.com/dynamo-component-type": "worker",
      "nvidia.com/dynamo-sub-component-type": "decode",
      "nvidia.com/selector": "demo-worker",
    },
  });
});

Deno.test("the user's labels of the pods win, and only the user's annotations reach them", () => {
  const component = graphComponent({
    annotations: { "nvidia.com/enable-metrics": "false", note: "x" },
    extraPodMetadata: {
      labels: { "nvidia.com/dynamo-component-type": "mine", team: "a" },
      annotations: { pa: "v" },
    },
  });
  const { labels, annotations } = make(component).metadata ?? {};
  assertEquals(labels?.["nvidia.com/dynamo-component-type"], "mine");
  assertEquals(labels?.["team"], "a");
  assertEquals(labels?.["nvidia.com/metrics-enabled"], undefined);
  assertEquals(annotations, { pa: "v" });
});

Deno.test("a component on its own has labels of its own and an empty name of its graph", () => {
  const component = soloComponent({ labels: { team: "blue" } }, { labels: { app: "solo" } });
  assertEquals(make(component).metadata?.labels, {
    team: "blue",
    app: "solo",
    "nvidia.com/metrics-enabled": "true",
    "nvidia.com/dynamo-graph-deployment-name": "",
    "nvidia.com/selector": "solo",
  });
});

Deno.test("pods learn the name of their graph from the component's owner", () => {
  const env = (component: Component) =>
    make(component).spec?.containers[0]?.env
      ?.find(({ name }) => name === "DYN_PARENT_DGD_K8S_NAME")?.value;
  assertEquals(env(graphComponent({})), "demo");
  assertEquals(env(soloComponent({})), "");
});

Deno.test("without another account a pod gets the labelled one, the first by name, else default", () => {
  const accountOf = (component: Component, ...podAccounts: string[]) =>
    make(component, { podAccounts }).spec?.serviceAccountName;
  assertEquals(accountOf(soloComponent({})), "default");
  assertEquals(accountOf(soloComponent({}), "b", "a"), "a");
  assertEquals(accountOf(graphComponent({}), "a"), "demo-k8s-service-discovery");
});

Deno.test("a name that is too long for a label is shortened in the label and whole in the environment", () => {
  const namespace = `${"n".repeat(60)}-demo`;
  const template = make(soloComponent({ dynamoNamespace: namespace }, { name: "s".repeat(70) }));
  assertEquals(template.metadata?.labels?.["nvidia.com/selector"]?.length, 63);
  const env = template.spec?.containers[0]?.env ?? [];
  assertEquals(env.find(({ name }) => name === "DYN_NAMESPACE")?.value, namespace);
});
