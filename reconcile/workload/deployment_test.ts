// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { PlanError } from "../dynamo/plan_error.ts";
import { bareConfig, graphComponent, soloComponent } from "../testing/components.ts";
import { deploymentManifest } from "./deployment.ts";

const nothing = { pullSecrets: [], podAccounts: [] };

Deno.test("a Deployment has the name, labels and annotations of its component", () => {
  const component = graphComponent({
    annotations: { note: "x" },
    extraPodMetadata: { annotations: { pa: "v" }, labels: { pl: "v" } },
    modelRef: { name: "Qwen/Qwen3-0.6B" },
  });
  const { metadata } = deploymentManifest(component, bareConfig, nothing);
  assertEquals(metadata, {
    name: "demo-worker",
    namespace: "ns",
    labels: { ...component.metadata.labels, "nvidia.com/dynamo-base-model-hash": "fb68f5a6" },
    annotations: { note: "x", pa: "v", "nvidia.com/dynamo-base-model": "Qwen/Qwen3-0.6B" },
  });
});

Deno.test("a Deployment selects the pods of its template", () => {
  const component = soloComponent({}, { name: "s".repeat(70) });
  const { spec } = deploymentManifest(component, bareConfig, nothing);
  const { matchLabels = {} } = spec?.selector ?? {};
  const labels = spec?.template.metadata?.labels ?? {};
  assertEquals(Object.keys(matchLabels), ["nvidia.com/selector"]);
  for (const [key, value] of Object.entries(matchLabels)) assertEquals(labels[key], value);
});

Deno.test("replicas are always set, 1 if not given", () => {
  const replicas = (wanted?: number) =>
    deploymentManifest(
      soloComponent(wanted === undefined ? {} : { replicas: wanted }),
      bareConfig,
      nothing,
    ).spec?.replicas;
  assertEquals(replicas(), 1);
  assertEquals(replicas(0), 0);
  assertEquals(replicas(4), 4);
});

Deno.test("a component without labels and annotations passes none on", () => {
  const { metadata } = deploymentManifest(soloComponent({}), bareConfig, nothing);
  assertEquals(metadata, { name: "solo", namespace: "ns" });
});

Deno.test("the label by which a Deployment finds its pods cannot be changed", () => {
  const labels = { "nvidia.com/selector": "mine" };
  const component = soloComponent({ extraPodMetadata: { labels } });
  const error = assertThrows(() => deploymentManifest(component, bareConfig, nothing), PlanError);
  assertEquals(error.field, "extraPodMetadata.labels[nvidia.com/selector]");
});
