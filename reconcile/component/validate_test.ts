// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import { PlanError } from "../dynamo/plan_error.ts";
import { bareConfig, graphComponent } from "../testing/components.ts";
import { validateComponent } from "./validate.ts";

function fieldAtFault(spec: ComponentSpec): string {
  const component = graphComponent(spec);
  return assertThrows(() => validateComponent(component, bareConfig), PlanError).field;
}

Deno.test("a component that can be planned is valid", () => {
  validateComponent(graphComponent({}), bareConfig);
  validateComponent(
    graphComponent({
      replicas: 0,
      ingress: { enabled: true, host: "chat" },
      sharedMemory: { size: "0.5Gi" },
    }),
    bareConfig,
  );
  validateComponent(graphComponent({ sharedMemory: { disabled: true } }), bareConfig);
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

Deno.test("a component on several nodes needs an orchestrator that is not there", () => {
  assertEquals(fieldAtFault({ multinode: { nodeCount: 2 } }), "multinode.nodeCount");
  assertEquals(fieldAtFault({ multinode: {} }), "multinode.nodeCount");
});
