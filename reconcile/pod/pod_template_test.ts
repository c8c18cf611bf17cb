// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { ServiceInput } from "../dynamo/service_input.ts";
import { graphService, soloService } from "../testing/components.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { type PodInputs, podTemplate } from "./pod_template.ts";

function make(service: ServiceInput, inputs: Partial<PodInputs> = {}) {
  const nothing = { pullSecrets: [], serviceAccount: "default", labels: {} };
  return podTemplate(service, platformConfig(), { ...nothing, ...inputs });
}

Deno.test("pods carry the labels of their component, of its type and of its workload", () => {
  const service = graphService({
    subComponentType: "decode",
    modelRef: { name: "Qwen/Qwen3-0.6B" },
  });
  assertEquals(make(service).metadata, {
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

Deno.test("the user's pod labels win, and pods get only the user's pod annotations", () => {
  const service = graphService({
    annotations: { "nvidia.com/enable-metrics": "false", note: "x" },
    extraPodMetadata: {
      labels: { "nvidia.com/dynamo-component-type": "mine", team: "a" },
      annotations: { pa: "v" },
    },
  });
  const { labels, annotations } = make(service).metadata ?? {};
  assertEquals(labels?.["nvidia.com/dynamo-component-type"], "mine");
  assertEquals(labels?.["team"], "a");
  assertEquals(labels?.["nvidia.com/metrics-enabled"], undefined);
  assertEquals(annotations, { pa: "v" });
});

Deno.test("pods of a standalone component carry the labels in its spec and its metadata", () => {
  const service = soloService({ labels: { team: "blue", tier: "1" } });
  assertEquals(make(service, { labels: { team: "red" } }).metadata?.labels, {
    team: "red",
    tier: "1",
    "nvidia.com/metrics-enabled": "true",
    "nvidia.com/dynamo-graph-deployment-name": "",
    "nvidia.com/selector": "solo",
  });
});

Deno.test("labels and annotations of a service do not change the pods of a graph", () => {
  const { labels } = graphService({}).spec;
  const service = graphService({
    labels: { ...labels, team: "a" },
    annotations: { note: "x" },
  }, { labels: { cost: "42" }, annotations: { "velero.io/restore-name": "r" } });
  assertEquals(make(service), make(graphService({})));
});

Deno.test("pods get the id of the last restart from the annotations of their component", () => {
  const restartAt = "nvidia.com/restartAt";
  for (const service of [graphService, soloService]) {
    const { metadata } = make(service({
      annotations: { note: "x", [restartAt]: "2" },
      extraPodMetadata: { annotations: { pa: "v", [restartAt]: "1" } },
    }));
    assertEquals(metadata?.annotations, { pa: "v", [restartAt]: "2" });
  }
});

Deno.test("the environment of a pod names its graph", () => {
  const env = (service: ServiceInput) =>
    make(service).spec?.containers[0]?.env
      ?.find(({ name }) => name === "DYN_PARENT_DGD_K8S_NAME")?.value;
  assertEquals(env(graphService({})), "demo");
  assertEquals(env(soloService({})), "");
});

Deno.test("a pod gets the ServiceAccount for its namespace only if nothing else determines one", () => {
  const serviceAccountOf = (service: ServiceInput) =>
    make(service, { serviceAccount: "a" }).spec?.serviceAccountName;
  assertEquals(serviceAccountOf(soloService({})), "a");
  assertEquals(serviceAccountOf(graphService({})), "demo-k8s-service-discovery");
});

Deno.test("a name that is too long for a label is shortened in the label, not in the environment", () => {
  const namespace = `${"n".repeat(60)}-demo`;
  const template = make(soloService({ dynamoNamespace: namespace }, { name: "s".repeat(70) }));
  assertEquals(template.metadata?.labels?.["nvidia.com/selector"]?.length, 63);
  const env = template.spec?.containers[0]?.env ?? [];
  assertEquals(env.find(({ name }) => name === "DYN_NAMESPACE")?.value, namespace);
});
