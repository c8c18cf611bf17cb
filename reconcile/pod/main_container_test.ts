import type { V1Container } from "@kubernetes/client-node";
// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { PlanError } from "../dynamo/problem.ts";
import type { ServiceSpec } from "../dynamo/service_input.ts";
import { graphService, soloService } from "../testing/components.ts";
import { platformConfig } from "../testing/platform_config.ts";
import type { Framework } from "./frameworks/framework.ts";
import { baseContainer, mainContainer } from "./main_container.ts";

function make(
  spec: ServiceSpec,
  framework: Framework = "noop",
  config: PlatformConfig = platformConfig(),
) {
  return mainContainer(soloService(spec), config, framework);
}

function valueOf(container: ReturnType<typeof make>, name: string): string | undefined {
  return container.env?.find((env) => env.name === name)?.value;
}

Deno.test("a frontend runs the frontend module on port 8000 by default", () => {
  const container = make({ componentType: "frontend" });
  assertEquals(container.command, ["python3"]);
  assertEquals(container.args, ["-m", "dynamo.frontend"]);
  assertEquals(container.ports, [{ name: "http", containerPort: 8000, protocol: "TCP" }]);
  assertEquals(valueOf(container, "DYN_HTTP_PORT"), "8000");
  const envs = [{ name: "DYN_HTTP_PORT", value: "3000" }];
  assertEquals(valueOf(make({ componentType: "frontend", envs }), "DYN_HTTP_PORT"), "3000");
});

Deno.test("variables of the component win over those of mainContainer, and those over the defaults", () => {
  const config = platformConfig({ natsAddr: "nats://platform", etcdAddr: "etcd:2379" });
  const main = (name: string) => ({ name, value: "main" });
  const container = make(
    {
      componentType: "worker",
      envs: [{ name: "A", value: "envs" }, { name: "NATS_SERVER", value: "envs" }],
      extraPodSpec: { mainContainer: { env: [main("A"), main("B"), main("DYN_SYSTEM_PORT")] } },
    },
    "noop",
    config,
  );
  assertEquals(valueOf(container, "A"), "envs");
  assertEquals(valueOf(container, "B"), "main");
  assertEquals(valueOf(container, "DYN_SYSTEM_PORT"), "main");
  assertEquals(valueOf(container, "NATS_SERVER"), "envs");
  assertEquals(valueOf(container, "ETCD_ENDPOINTS"), "etcd:2379");
});

Deno.test("addresses of the platform's services are set only if the installation sets them", () => {
  const names = make({}).env?.map(({ name }) => name) ?? [];
  assertEquals(names.filter((name) => /NATS|ETCD|EXPRESS|PROMETHEUS/.test(name)), []);
  const known = platformConfig({ modelExpressUrl: "http://me", prometheusEndpoint: "http://prom" });
  const container = make({}, "noop", known);
  assertEquals(valueOf(container, "MODEL_EXPRESS_URL"), "http://me");
  assertEquals(valueOf(container, "PROMETHEUS_ENDPOINT"), "http://prom");
});

Deno.test("every discovery backend except etcd makes the runtime use Kubernetes", () => {
  const backendOf = (annotation: string | undefined, discoveryBackend: "kubernetes" | "etcd") => {
    const annotations = annotation === undefined
      ? {}
      : { "nvidia.com/dynamo-discovery-backend": annotation };
    const container = make({ annotations }, "noop", platformConfig({ discoveryBackend }));
    return valueOf(container, "DYN_DISCOVERY_BACKEND");
  };
  assertEquals(backendOf("kubernetes", "etcd"), "kubernetes");
  assertEquals(backendOf(undefined, "kubernetes"), "kubernetes");
  assertEquals(backendOf("", "etcd"), "kubernetes");
  assertEquals(backendOf("etcd", "kubernetes"), undefined);
  assertEquals(backendOf(undefined, "etcd"), undefined);
});

Deno.test("the path of vLLM's cache is the last variable, and it occurs once", () => {
  const spec = {
    componentType: "worker",
    envs: [{ name: "VLLM_CACHE_ROOT", value: "/mine" }, { name: "Z", value: "" }],
    volumeMounts: [{ name: "c", mountPoint: "/c", useAsCompilationCache: true }],
  };
  const env = make(spec, "vllm").env ?? [];
  assertEquals(env.at(-1), { name: "VLLM_CACHE_ROOT", value: "/c" });
  assertEquals(env.filter(({ name }) => name === "VLLM_CACHE_ROOT").length, 1);
  assertEquals(valueOf(make(spec, "sglang"), "VLLM_CACHE_ROOT"), "/mine");
});

Deno.test("a cache at vLLM's default path needs no variable", () => {
  const volumeMounts = [
    { name: "c", useAsCompilationCache: true },
    { name: "d", mountPoint: "/d", useAsCompilationCache: true },
  ];
  const container = make({ componentType: "worker", volumeMounts }, "vllm");
  assertEquals(valueOf(container, "VLLM_CACHE_ROOT"), undefined);
});

Deno.test("probes of the component replace the defaults, and mainContainer sets the startup probe", () => {
  const container = make({
    componentType: "worker",
    livenessProbe: { httpGet: { path: "/l", port: "http" } },
    extraPodSpec: { mainContainer: { startupProbe: { exec: { command: ["true"] } } } },
  });
  assertEquals(container.livenessProbe, { httpGet: { path: "/l", port: "http" } });
  assertEquals(container.startupProbe, { exec: { command: ["true"] } });
  assertEquals(container.readinessProbe?.periodSeconds, 10);
});

Deno.test("a Secret for the environment follows the user's sources", () => {
  const envFrom = [{ configMapRef: { name: "cm" } }];
  const container = make({ envFromSecret: "hf", extraPodSpec: { mainContainer: { envFrom } } });
  assertEquals(container.envFrom, [...envFrom, { secretRef: { name: "hf" } }]);
});

function base(componentType: string) {
  return baseContainer(graphService({ componentType }), { discoveryBackend: "kubernetes" });
}

Deno.test("only the default command of a frontend runs without arguments of the user", () => {
  assertEquals(base("frontend").command, ["python3"]);
  for (const type of ["worker", "prefill", "decode", "planner", "default", ""]) {
    assertEquals(base(type).command, ["/bin/sh", "-c"]);
    assertEquals(base(type).args, undefined);
  }
});

Deno.test("workers of all types differ only in the name of their type", () => {
  const { env: _env, ...worker } = base("worker");
  for (const type of ["prefill", "decode"]) {
    const { env, ...other } = base(type);
    assertEquals(other, worker);
    assertEquals(env?.find(({ name }) => name === "DYN_COMPONENT")?.value, type);
  }
});

Deno.test("an unknown type gets neither port nor probes, only its identity", () => {
  const { env, ...container } = base("mystery");
  assertEquals(container, { name: "main", command: ["/bin/sh", "-c"] });
  assertEquals(env?.map(({ name }) => name), [
    "DYN_NAMESPACE",
    "DYN_COMPONENT",
    "DYN_PARENT_DGD_K8S_NAME",
    "DYN_PARENT_DGD_K8S_NAMESPACE",
    "DYN_DISCOVERY_BACKEND",
    "POD_NAME",
    "POD_NAMESPACE",
    "POD_UID",
  ]);
});

Deno.test("another container with the name of the main container is refused with its path", () => {
  const fieldAtFault = (extraPodSpec: ServiceSpec["extraPodSpec"]) =>
    assertThrows(() => make({ extraPodSpec }), PlanError, "is the name of the main container")
      .field;
  const side = { name: "side" };
  const main = { name: "main" };
  assertEquals(fieldAtFault({ containers: [side, main] }), "extraPodSpec.containers[1].name");
  assertEquals(fieldAtFault({ initContainers: [main] }), "extraPodSpec.initContainers[0].name");
  assertEquals(
    fieldAtFault({ containers: [side], mainContainer: { name: "side" } }),
    "extraPodSpec.containers[0].name",
  );
  const renamed = make({ extraPodSpec: { containers: [main], mainContainer: { name: "app" } } });
  assertEquals(renamed.name, "app");
});

function httpPorts(mainContainer: Partial<V1Container>, spec: ServiceSpec = {}) {
  const ports = [{ name: "http", containerPort: 9000 }];
  const extraPodSpec = { mainContainer: { ports, ...mainContainer } };
  const container = make({ componentType: "frontend", extraPodSpec, ...spec });
  return ["DYN_HTTP_PORT", "DYNAMO_PORT"].map((name) => valueOf(container, name));
}

Deno.test("a frontend with the default command listens on the user's port http", () => {
  assertEquals(httpPorts({}), ["9000", "9000"]);
  assertEquals(httpPorts({}, { readinessProbe: { initialDelaySeconds: 60 } }), ["9000", "9000"]);
  const args = ["-m", "dynamo.frontend", "--http-port", "9000"];
  assertEquals(httpPorts({ args }), ["8000", "8000"]);
});

Deno.test("a frontend that may run with the Go operator keeps its variables for the port", () => {
  const env = [{ name: "DYN_HTTP_PORT", value: "9000" }];
  assertEquals(httpPorts({ env }), ["9000", "8000"]);
  assertEquals(httpPorts({}, { envs: env }), ["9000", "8000"]);
  const probe = { tcpSocket: { port: 8000 } };
  assertEquals(httpPorts({}, { livenessProbe: probe, readinessProbe: probe }), ["8000", "8000"]);
});
