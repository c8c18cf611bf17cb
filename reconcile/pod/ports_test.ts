import type { V1ContainerPort } from "@kubernetes/client-node";
// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { PlanError } from "../dynamo/problem.ts";
import type { ServiceSpec } from "../dynamo/service_input.ts";
import { containerPorts } from "./ports.ts";

const system = { protocol: "TCP", name: "system", containerPort: 9090 };
const grpc = { name: "grpc", containerPort: 50051 };

function portsOf(componentType: string, ports: V1ContainerPort[], spec: ServiceSpec = {}) {
  return containerPorts({ componentType, ...spec, extraPodSpec: { mainContainer: { ports } } });
}

Deno.test("ports of the user do not remove the port that the probes refer to", () => {
  assertEquals(portsOf("worker", [grpc]), [grpc, system]);
  assertEquals(portsOf("frontend", [grpc]), [
    grpc,
    { protocol: "TCP", name: "http", containerPort: 8000 },
  ]);
  assertEquals(portsOf("planner", [grpc]), [grpc]);
  assertEquals(portsOf("worker", []), [system]);
});

Deno.test("a port of the user with the name of the default port replaces it", () => {
  const own = { name: "system", containerPort: 9999 };
  assertEquals(portsOf("worker", [own, grpc]), [own, grpc]);
});

Deno.test("ports of the user stay as they are if no readiness or startup probe refers to the default port", () => {
  const exec = { exec: { command: ["true"] } };
  assertEquals(portsOf("frontend", [grpc], { readinessProbe: exec }), [grpc]);
  assertEquals(portsOf("worker", [grpc], { readinessProbe: exec }), [grpc, system]);
});

Deno.test("the number of the default port gets its name, or is refused under another one", () => {
  assertEquals(portsOf("worker", [{ containerPort: 9090 }, grpc]), [
    { containerPort: 9090, name: "system" },
    grpc,
  ]);
  const ports = [grpc, { name: "status", containerPort: 9090 }];
  const error = assertThrows(() => portsOf("worker", ports), PlanError, 'rename it to "system"');
  assertEquals(error.field, "extraPodSpec.mainContainer.ports[1].name");
  const udp = { name: "udp", containerPort: 9090, protocol: "UDP" };
  assertEquals(portsOf("worker", [udp]), [udp, system]);
});
