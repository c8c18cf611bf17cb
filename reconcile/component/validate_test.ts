// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import { PlanError } from "../dynamo/problem.ts";
import { graphService } from "../testing/components.ts";
import { NONE_SERVED } from "../workload/orchestrator.ts";
import { checkService } from "./validate.ts";

function fieldAtFault(spec: ComponentSpec): string {
  return assertThrows(() => checkService(graphService(spec), NONE_SERVED), PlanError).field;
}

Deno.test("a service that can be planned is valid", () => {
  checkService(graphService({}), NONE_SERVED);
  const ingress = { enabled: true, host: "chat" };
  checkService(
    graphService({ replicas: 0, ingress, sharedMemory: { size: "0.5Gi" } }),
    NONE_SERVED,
  );
  checkService(graphService({ sharedMemory: { disabled: true } }), NONE_SERVED);
});

Deno.test("each broken rule names its field", () => {
  assertEquals(fieldAtFault({ replicas: -1 }), "replicas");
  assertEquals(fieldAtFault({ ingress: { enabled: true } }), "ingress.host");
  assertEquals(fieldAtFault({ sharedMemory: {} }), "sharedMemory.size");
  assertEquals(fieldAtFault({ sharedMemory: { size: "0Gi" } }), "sharedMemory.size");
  assertEquals(fieldAtFault({ sharedMemory: { size: "much" } }), "sharedMemory.size");
  assertEquals(fieldAtFault({ volumeMounts: [{ name: "a" }] }), "volumeMounts[0].mountPoint");
  assertEquals(fieldAtFault({ resources: { limits: { gpu: "two" } } }), "resources.limits.gpu");
});

Deno.test("a service on several nodes requires an orchestrator that is not served", () => {
  assertEquals(fieldAtFault({ multinode: { nodeCount: 2 } }), "multinode.nodeCount");
  assertEquals(fieldAtFault({ multinode: {} }), "multinode.nodeCount");
});
