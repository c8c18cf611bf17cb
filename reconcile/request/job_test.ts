// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import { profilingJob } from "./job.ts";
import { REQUEST_UID, requestObject } from "./testing/objects.ts";

type Change = Parameters<typeof requestObject>[0];

function podSpecOf(change?: Change) {
  const spec = profilingJob(requestObject(change)).spec?.template.spec;
  if (!spec) throw new Error("The Job has no pod template");
  return spec;
}

Deno.test("the Job has the name, labels and retries of the Go operator's Job", () => {
  const { metadata, spec } = profilingJob(requestObject());
  assertEquals(metadata, {
    name: "profile-sla",
    namespace: "team",
    labels: { app: "dynamo-profiler", dgdr: "sla", "nvidia.com/managed-by": "dynamo-operator" },
  });
  assertEquals(spec?.backoffLimit, 3);
  const config = { sweep: { use_ai_configurator: true } };
  const aic = profilingJob(requestObject({ profilingConfig: { config } }));
  assertEquals(aic.metadata.labels?.["app"], "aic-profiler");
});

Deno.test("the profiler gets its configuration and the identity of the request", () => {
  const [profiler, copier] = podSpecOf().containers;
  assertEquals(profiler?.args, [
    "--profile-config",
    "deployment:\n  model: acme/model\n  namespace: team\nengine:\n  backend: vllm\n" +
    "output_dir: /data\nsla:\n  ttft: 200\n",
  ]);
  assertEquals(profiler?.env?.slice(1).map(({ name, value }) => `${name}=${value}`), [
    "NATS_SERVER=nats://team-nats:4222",
    "ETCD_ENDPOINTS=team-etcd:2379",
    "DGDR_NAME=sla",
    "DGDR_NAMESPACE=team",
    `DGDR_UID=${REQUEST_UID}`,
  ]);
  assertStringIncludes(copier?.args?.[0] ?? "", "name: dgdr-output-sla\n  namespace: team\n");
});

Deno.test("GPU discovery, resources and tolerations reach the pod", () => {
  const tolerations = [{ key: "gpu", operator: "Exists" }];
  const resources = { requests: { cpu: "16" } };
  const spec = podSpecOf({ enableGpuDiscovery: true, profilingConfig: { resources, tolerations } });
  assertEquals(spec.tolerations, tolerations);
  const [profiler, copier] = spec.containers;
  assertEquals(profiler?.args?.[2], "--enable-gpu-discovery");
  assertEquals([profiler?.resources, copier?.resources], [resources, undefined]);
});

Deno.test("a PVC and a ConfigMap become volumes of the profiler", () => {
  const configMapRef = { name: "base", key: "agg.yaml" };
  const spec = podSpecOf({ profilingConfig: { outputPVC: "results", configMapRef } });
  assertEquals(spec.volumes, [
    { name: "profiling-output", persistentVolumeClaim: { claimName: "results" } },
    {
      name: "profiling-config",
      configMap: { name: "base", items: [{ key: "agg.yaml", path: "disagg.yaml" }] },
    },
  ]);
  const [profiler] = spec.containers;
  assertEquals(profiler?.volumeMounts?.map(({ mountPath }) => mountPath), ["/data", "/config"]);
  assertStringIncludes(profiler?.args?.[1] ?? "", "config: /config/disagg.yaml\n");
});
