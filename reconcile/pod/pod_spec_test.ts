import type { V1PodSpec } from "@kubernetes/client-node";
// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { ServiceInput, ServiceSpec } from "../dynamo/service_input.ts";
import { graphService } from "../testing/components.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { podSpec } from "./pod_spec.ts";

function make(
  spec: ServiceSpec,
  change: Partial<ServiceInput> = {},
  pullSecrets: string[] = [],
): V1PodSpec {
  return podSpec({ ...graphService({}), spec, ...change }, platformConfig(), pullSecrets);
}

const fieldRef = (fieldPath: string) => ({ fieldRef: { fieldPath } });

Deno.test("a worker becomes the same pod as with the Go operator", () => {
  const pod = make({
    componentType: "worker",
    backendFramework: "sglang",
    // With an empty discovery backend, the pod does not get the ServiceAccount for discovery.
    annotations: { "nvidia.com/dynamo-discovery-backend": "" },
    envs: [{ name: "ANOTHER_COMPONENTENV", value: "true" }],
    extraPodSpec: {
      mainContainer: {
        command: ["python3"],
        args: ["-m", "dynamo.worker"],
        env: [{ name: "ANOTHER_CONTAINER_ENV", value: "true" }],
      },
    },
  }, { graphName: "test-deployment", namespace: "default" });
  assertEquals(pod, {
    containers: [{
      name: "main",
      command: ["python3"],
      args: ["-m", "dynamo.worker"],
      env: [
        { name: "ANOTHER_COMPONENTENV", value: "true" },
        { name: "ANOTHER_CONTAINER_ENV", value: "true" },
        { name: "DYN_COMPONENT", value: "worker" },
        { name: "DYN_DISCOVERY_BACKEND", value: "kubernetes" },
        { name: "DYN_HEALTH_CHECK_ENABLED", value: "false" },
        { name: "DYN_NAMESPACE", value: "" },
        { name: "DYN_PARENT_DGD_K8S_NAME", value: "test-deployment" },
        { name: "DYN_PARENT_DGD_K8S_NAMESPACE", value: "default" },
        { name: "DYN_SYSTEM_ENABLED", value: "true" },
        { name: "DYN_SYSTEM_PORT", value: "9090" },
        { name: "DYN_SYSTEM_USE_ENDPOINT_HEALTH_STATUS", value: '["generate"]' },
        { name: "POD_NAME", valueFrom: fieldRef("metadata.name") },
        { name: "POD_NAMESPACE", valueFrom: fieldRef("metadata.namespace") },
        { name: "POD_UID", valueFrom: fieldRef("metadata.uid") },
      ],
      ports: [{ name: "system", containerPort: 9090, protocol: "TCP" }],
      livenessProbe: {
        httpGet: { path: "/live", port: "system" },
        periodSeconds: 5,
        timeoutSeconds: 4,
        failureThreshold: 1,
      },
      readinessProbe: {
        httpGet: { path: "/health", port: "system" },
        periodSeconds: 10,
        timeoutSeconds: 4,
        failureThreshold: 3,
      },
      startupProbe: {
        httpGet: { path: "/live", port: "system" },
        periodSeconds: 10,
        timeoutSeconds: 5,
        failureThreshold: 720,
      },
      volumeMounts: [{ name: "shared-memory", mountPath: "/dev/shm" }],
    }],
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 60,
    securityContext: { fsGroup: 1000 },
    volumes: [{ name: "shared-memory", emptyDir: { medium: "Memory", sizeLimit: "8Gi" } }],
  });
});

Deno.test("a planner has its own ServiceAccount and port, and probes only if the user sets them", () => {
  const pod = make({
    componentType: "planner",
    volumeMounts: [{ name: "dynamo-pvc", mountPoint: "/planner" }],
  });
  assertEquals(pod.serviceAccountName, "planner-serviceaccount");
  assertEquals(pod.volumes?.map(({ name }) => name), ["dynamo-pvc", "shared-memory"]);
  const [main] = pod.containers;
  assertEquals(main?.volumeMounts?.map(({ mountPath }) => mountPath), ["/planner", "/dev/shm"]);
  assertEquals(main?.ports, [{ name: "metrics", containerPort: 9085, protocol: "TCP" }]);
  assertEquals(main?.livenessProbe ?? main?.readinessProbe ?? main?.startupProbe, undefined);
  assertEquals(main?.env?.find(({ name }) => name === "PLANNER_PROMETHEUS_PORT")?.value, "9085");
});

Deno.test("the main container and generated volumes follow the user's", () => {
  const pod = make({
    extraPodSpec: {
      containers: [{ name: "side", image: "side:1" }],
      volumes: [{ name: "cfg", configMap: { name: "c" } }],
      mainContainer: { volumeMounts: [{ name: "cfg", mountPath: "/cfg" }] },
    },
  });
  assertEquals(pod.containers.map(({ name }) => name), ["side", "main"]);
  assertEquals(pod.containers[0], { name: "side", image: "side:1" });
  assertEquals(pod.volumes?.map(({ name }) => name), ["cfg", "shared-memory"]);
  assertEquals(pod.containers[1]?.volumeMounts?.map(({ mountPath }) => mountPath), [
    "/cfg",
    "/dev/shm",
  ]);
});

Deno.test("a PVC at the path of a user's mount replaces the mount", () => {
  const pod = make({
    volumeMounts: [{ name: "models", mountPoint: "/m" }],
    extraPodSpec: {
      volumes: [{ name: "x", emptyDir: {} }],
      mainContainer: { volumeMounts: [{ name: "x", mountPath: "/m" }] },
    },
  });
  assertEquals(pod.containers[0]?.volumeMounts, [
    { name: "models", mountPath: "/m" },
    { name: "shared-memory", mountPath: "/dev/shm" },
  ]);
});

Deno.test("a security context of the user replaces the default as a whole", () => {
  assertEquals(make({}).securityContext, { fsGroup: 1000 });
  const securityContext = { runAsUser: 1001 };
  assertEquals(make({ extraPodSpec: { securityContext } }).securityContext, securityContext);
  assertEquals(make({ extraPodSpec: { securityContext: {} } }).securityContext, {});
});

Deno.test("discovered pull Secrets follow the user's", () => {
  const extraPodSpec = { imagePullSecrets: [{ name: "mine" }] };
  assertEquals(make({ extraPodSpec }, {}, ["a", "b"]).imagePullSecrets, [
    { name: "mine" },
    { name: "a" },
    { name: "b" },
  ]);
  assertEquals(make({}, {}, ["a"]).imagePullSecrets, [{ name: "a" }]);
  assertEquals(make({}).imagePullSecrets, undefined);
});

Deno.test("a plan does not change the user's spec", () => {
  const spec: ServiceSpec = {
    componentType: "worker",
    resources: { limits: { cpu: "1" } },
    volumeMounts: [{ name: "a", mountPoint: "/a" }],
    extraPodSpec: {
      volumes: [{ name: "v", emptyDir: {} }],
      imagePullSecrets: [{ name: "s" }],
      mainContainer: { volumeMounts: [], resources: { limits: { cpu: "2" } } },
    },
  };
  const before = structuredClone(spec);
  make(spec);
  assertEquals(spec, before);
});
