// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
// @ts-types="../../types/std/yaml.d.ts"
import { parseAll } from "@std/yaml";
import type { GraphSpec } from "../../crds/kinds/graph.ts";
import type { Deployment } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import { graph } from "../../reconcile/testing/graph_builder.ts";
import { soloComponent } from "../../reconcile/testing/components.ts";
import { MULTINODE } from "../../reconcile/testing/leader_worker_sets.ts";
import { platformConfig } from "../../reconcile/testing/platform_config.ts";
import { requestObject } from "../../reconcile/request/testing/objects.ts";
import type { RenderOptions } from "./options.ts";
import { renderManifests } from "./print_manifests.ts";

async function render(
  objects: readonly unknown[],
  { orchestrator = "deployment", platform = platformConfig() }: Partial<
    Pick<RenderOptions, "orchestrator" | "platform">
  > = {},
) {
  const text = objects.map((object) => JSON.stringify(object)).join("\n---\n");
  const options = { namespace: "", orchestrator, platform };
  const { yaml, warnings } = await renderManifests([{ name: "a.yaml", text }], options);
  return { yaml, warnings, objects: parseAll(yaml, { schema: "core" }) as KubeObject[] };
}

function chat(spec: GraphSpec = {}, metadata: Record<string, unknown> = {}) {
  const { apiVersion, kind, spec: base } = graph().withFrontend().withWorker().withSpec(spec)
    .build();
  return {
    apiVersion,
    kind,
    metadata: { name: "chat", namespace: "team", ...metadata },
    spec: base,
  };
}

const names = (objects: readonly KubeObject[]) =>
  objects.map(({ kind, metadata: { namespace, name } }) => `${kind} ${namespace}/${name}`);

const ETCD = { "nvidia.com/dynamo-discovery-backend": "etcd" };
const OF_COMPONENTS = [
  "Deployment team/chat-frontend",
  "Service team/chat-frontend",
  "Deployment team/chat-worker",
  "Service team/chat-worker",
];

Deno.test("the children of a graph and of its components are printed in the order of the plans", async () => {
  const { objects, yaml } = await render([chat()]);
  assertEquals(names(objects), [
    "ServiceAccount team/chat-k8s-service-discovery",
    "Role team/chat-k8s-service-discovery-role",
    "RoleBinding team/chat-k8s-service-discovery-binding",
    "DynamoComponentDeployment team/chat-frontend",
    "DynamoComponentDeployment team/chat-worker",
    ...OF_COMPONENTS,
  ]);
  for (const { metadata } of objects) {
    assertEquals([metadata.ownerReferences, metadata.uid, metadata.resourceVersion], [
      ...[undefined, undefined, undefined],
    ]);
    assertEquals(metadata.annotations?.["nvidia.com/plan-hash"], undefined);
  }
  assertEquals((await render([chat()])).yaml, yaml);
});

Deno.test("a request has a Job with its ServiceAccount, or an error that names the field", async () => {
  const { apiVersion, kind, spec } = requestObject({
    profilingConfig: { configMapRef: { name: "base" } },
  });
  const request = { apiVersion, kind, metadata: { name: "sla", namespace: "team" }, spec };
  const platform = platformConfig({ profilingClusterRoleName: "dynamo-profiling" });
  const { objects } = await render([request], { platform });
  assertEquals(names(objects), [
    "ServiceAccount team/dgdr-profiling-job",
    "RoleBinding team/dgdr-profiling-job-binding",
    "Job team/profile-sla",
  ]);
  const deploymentOverrides = { name: "Chat" };
  const invalid = { ...request, spec: { ...spec, deploymentOverrides } };
  await assertRejects(
    () => render([invalid], { platform }),
    Error,
    "spec.deploymentOverrides.name",
  );
  await assertRejects(() => render([request]), Error, "--dgdr-profiling-cluster-role-name");
});

Deno.test("the pods of a component know the graph and its ServiceAccount", async () => {
  const { objects } = await render([chat()]);
  const worker = objects.find(({ kind, metadata }) =>
    kind === "Deployment" && metadata.name === "chat-worker"
  ) as Deployment;
  const pod = worker.spec?.template.spec;
  assertEquals(pod?.serviceAccountName, "chat-k8s-service-discovery");
  const env = new Map(pod?.containers[0]?.env?.map(({ name, value }) => [name, value]));
  assertEquals(env.get("DYN_PARENT_DGD_K8S_NAME"), "chat");
});

Deno.test("objects without a namespace are in the namespace default", async () => {
  const { objects } = await render([chat({}, { namespace: undefined })]);
  assertEquals(new Set(objects.map(({ metadata }) => metadata.namespace)), new Set(["default"]));
});

Deno.test("PVCs that the operator does not create are assumed to exist", async () => {
  const { objects } = await render([chat({ pvcs: [{ name: "data" }] })]);
  assertEquals(names(objects).slice(-4), OF_COMPONENTS);
});

Deno.test("a pull Secret in the files is used by the pods", async () => {
  const config = JSON.stringify({ auths: { "registry.example": {} } });
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "pull", namespace: "team" },
    type: "kubernetes.io/dockerconfigjson",
    stringData: { ".dockerconfigjson": config },
  };
  const worker = {
    componentType: "worker",
    extraPodSpec: { mainContainer: { image: "registry.example/i:1", command: ["x"] } },
  };
  const { yaml } = await render([chat({ services: { Worker: worker } }), secret]);
  assertStringIncludes(yaml, "imagePullSecrets:\n        - name: pull\n");
});

Deno.test("an object that several components share is printed once", async () => {
  const solo = (name: string) => ({
    ...soloComponent({
      componentType: "worker",
      modelRef: { name: "m" },
      extraPodSpec: { mainContainer: { image: "i", command: ["x"] } },
    }),
    metadata: { name, namespace: "team" },
  });
  const { objects } = await render([solo("b"), solo("a")]);
  assertEquals(names(objects), [
    ...["Deployment team/a", "Service team/a", "Service team/dynamo-model-62c66a7a"],
    ...["Deployment team/b", "Service team/b"],
  ]);
});

Deno.test("a service on several nodes becomes LeaderWorkerSets, if the orchestrator serves them", async () => {
  const manifest = chat({ services: { Worker: MULTINODE } });
  const { objects } = await render([manifest], { orchestrator: "lws" });
  assertEquals(names(objects).filter((name) => name.includes("LeaderWorkerSet")), [
    "LeaderWorkerSet team/chat-worker-0",
  ]);
  await assertRejects(() => render([manifest]), Error, "no multinode orchestrator available");
});

Deno.test("if the operator has an Istio gateway, Istio counts as installed", async () => {
  const virtualServiceGateway = "istio-system/public";
  const platform = platformConfig({ virtualServiceGateway });
  const { objects, warnings } = await render([chat()], { platform });
  assertEquals(names(objects).filter((name) => name.startsWith("VirtualService")), [
    "VirtualService team/chat-frontend",
  ]);
  assertEquals(warnings, []);

  const ingress = { enabled: true, host: "chat", useVirtualService: true, virtualServiceGateway };
  const services = { Frontend: { componentType: "frontend", ingress } };
  const without = await render([chat({ services })]);
  assertEquals(names(without.objects).filter((name) => name.startsWith("VirtualService")), []);
  assertStringIncludes(
    without.warnings.join("\n"),
    "spec.services[Frontend].ingress.useVirtualService: is ignored, because the operator runs " +
      "without --istio-virtual-service-gateway",
  );
});

Deno.test("text that a YAML 1.1 parser would not read as text is quoted", async () => {
  const envs = ["on", "09", "0o17", "true", "12:30"]
    .map((value, index) => ({ name: `VALUE_${index}`, value }));
  const { yaml } = await render([chat({ envs })]);
  for (const { value } of envs) assertEquals(yaml.includes(`value: ${value}\n`), false, value);
  assertStringIncludes(yaml, 'value: "09"\n');
});

Deno.test("an invalid graph is an error with the path of each field", async () => {
  const frontend = { componentType: "frontend", ingress: { enabled: true } };
  const mounts = { componentType: "worker", volumeMounts: [{ name: "a" }] };
  await assertRejects(
    () => render([chat({ services: { Frontend: frontend, Worker: mounts } })]),
    Error,
    'DynamoGraphDeployment "team/chat": spec.services[Frontend].ingress.host: is required when ingress is enabled\n' +
      'DynamoGraphDeployment "team/chat": spec.services[Worker].volumeMounts[0].mountPoint: ',
  );
  await assertRejects(
    () => render([chat({ services: { Worker: { replicas: -1 } } })]),
    Error,
    "spec.services.Worker.replicas is -1: give at least 0",
  );
});

Deno.test("the reason for an invalid value may be a warning", async () => {
  const text = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: chat}
spec:
  services:
    W:
      sharedMemory: {disabled: on}
`;
  const options = {
    namespace: "",
    orchestrator: "deployment",
    platform: platformConfig(),
  } as const;
  const { message } = await assertRejects(() =>
    renderManifests([{ name: "a.yaml", text }], options)
  ) as Error;
  assertStringIncludes(message, "spec.services.W.sharedMemory.disabled");
  assertStringIncludes(message, "Warning: a.yaml:8: ");
});

Deno.test("a paused graph has no manifests, and a warning says so", async () => {
  const annotations = { "nvidia.com/paused": "true" };
  const { objects, warnings } = await render([chat({}, { annotations })]);
  assertEquals(objects, []);
  assertEquals(warnings, [
    'DynamoGraphDeployment "team/chat" is paused: the operator writes only its status',
  ]);
});

Deno.test("warnings of a plan name the graph and the field", async () => {
  const services = { Worker: { componentType: "worker", labels: { "not valid": "x" } } };
  const { warnings } = await render([chat({ services })]);
  const text = warnings.find((warning) => warning.includes("labels"));
  assertStringIncludes(
    text ?? "",
    'DynamoGraphDeployment "team/chat": spec.services[Worker].labels',
  );
});

Deno.test("with Grove, a graph has a PodCliqueSet and no components", async () => {
  const { objects, warnings } = await render([chat({}, { annotations: ETCD })], {
    orchestrator: "grove",
  });
  assertEquals(names(objects), ["PodCliqueSet team/chat", "Service team/chat-frontend"]);
  assertEquals(warnings, []);
  const disabled = { ...ETCD, "nvidia.com/enable-grove": "false" };
  const { objects: without } = await render([chat({}, { annotations: disabled })], {
    orchestrator: "grove",
  });
  assertEquals(names(without).some((name) => name.startsWith("PodCliqueSet")), false);
});

Deno.test("the annotation for the orchestrator decides, if the cluster serves it", async () => {
  const ordered = (orchestrator: string) =>
    chat({}, { annotations: { ...ETCD, "nvidia.com/orchestrator": orchestrator } });
  const { objects } = await render([ordered("deployment")], { orchestrator: "grove" });
  assertEquals(names(objects).some((name) => name.startsWith("PodCliqueSet")), false);
  await assertRejects(() => render([ordered("grove")]), Error, "install Grove");
});
