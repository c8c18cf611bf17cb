// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { PlanError } from "../dynamo/problem.ts";
import type { ServiceSpec } from "../dynamo/service_input.ts";
import { graphService } from "../testing/components.ts";
import { NONE_SERVED } from "./orchestrator.ts";
import { workloadOf } from "./workloads.ts";

function check(spec: ServiceSpec) {
  const service = graphService(spec);
  workloadOf(service, NONE_SERVED).check(service);
}

function fieldAtFault(spec: ServiceSpec): string {
  return assertThrows(() => check(spec), PlanError).field;
}

Deno.test("a service that can be planned is valid", () => {
  check({});
  const ingress = { enabled: true, host: "chat" };
  check({ replicas: 0, ingress, sharedMemory: { size: "0.5Gi" } });
  check({ sharedMemory: { disabled: true } });
});

Deno.test("each broken rule names its field", () => {
  assertEquals(fieldAtFault({ replicas: -1 }), "replicas");
  assertEquals(fieldAtFault({ ingress: { enabled: true } }), "ingress.host");
  assertEquals(fieldAtFault({ sharedMemory: {} }), "sharedMemory.size");
  assertEquals(fieldAtFault({ sharedMemory: { size: "0Gi" } }), "sharedMemory.size");
  assertEquals(fieldAtFault({ sharedMemory: { size: "much" } }), "sharedMemory.size");
  assertEquals(fieldAtFault({ volumeMounts: [{ name: "a" }] }), "volumeMounts[0].mountPoint");
  assertEquals(fieldAtFault({ resources: { limits: { gpu: "two" } } }), "resources.limits.gpu");
  const annotations = { "nvidia.com/enable-debug-mode": "true" };
  assertEquals(fieldAtFault({ annotations }), "annotations[nvidia.com/enable-debug-mode]");
});

Deno.test("a service on several nodes requires an orchestrator that is not served", () => {
  assertEquals(fieldAtFault({ multinode: { nodeCount: 2 } }), "multinode.nodeCount");
  assertEquals(fieldAtFault({ multinode: {} }), "multinode.nodeCount");
});
