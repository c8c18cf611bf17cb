// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { PlanError } from "../dynamo/problem.ts";
import { overlayResources } from "./resources.ts";

Deno.test("quantities of the component win over those of the container key by key", () => {
  const container = { limits: { cpu: "1" }, requests: { memory: "1Gi" } };
  const component = { requests: { cpu: "500m" }, limits: { memory: "2Gi", cpu: "" } };
  assertEquals(overlayResources(container, component), {
    limits: { cpu: "1", memory: "2Gi" },
    requests: { memory: "1Gi", cpu: "500m" },
  });
});

Deno.test("GPUs are set as limits only, under the name of their type", () => {
  const both = { limits: { gpu: "2" }, requests: { gpu: "2" } };
  assertEquals(overlayResources(undefined, both), { limits: { "nvidia.com/gpu": "2" } });
  const intel = { limits: { gpu: "1", gpuType: "gpu.intel.com/xe" } };
  assertEquals(overlayResources(undefined, intel), { limits: { "gpu.intel.com/xe": "1" } });
});

Deno.test("custom resources keep their names, and resource claims are appended", () => {
  const component = { limits: { custom: { "rdma/ib": "4" } }, claims: [{ name: "b" }] };
  assertEquals(overlayResources({ claims: [{ name: "a" }] }, component), {
    limits: { "rdma/ib": "4" },
    claims: [{ name: "a" }, { name: "b" }],
  });
});

Deno.test("without quantities and claims the resources are undefined", () => {
  assertEquals(overlayResources(undefined, undefined), undefined);
  assertEquals(overlayResources(undefined, { limits: {} }), undefined);
});

Deno.test("a value that is not a quantity is refused with its path", () => {
  const error = assertThrows(
    () => overlayResources(undefined, { limits: { gpu: "two" } }),
    PlanError,
    'failed to get resources config: parse limits gpu quantity: Cannot parse quantity "two"',
  );
  assertEquals(error.field, "resources.limits.gpu");
  const custom = assertThrows(
    () => overlayResources(undefined, { requests: { custom: { "rdma/ib": "" } } }),
    PlanError,
    "parse requests rdma/ib quantity",
  );
  assertEquals(custom.field, "resources.requests.custom[rdma/ib]");
});

Deno.test("of several invalid custom resources the first by name is reported, whatever their order", () => {
  for (const names of [["a.io/x", "b.io/y"], ["b.io/y", "a.io/x"]]) {
    const custom = Object.fromEntries(names.map((name) => [name, "two"]));
    const error = assertThrows(
      () => overlayResources(undefined, { limits: { custom } }),
      PlanError,
    );
    assertEquals(error.field, "resources.limits.custom[a.io/x]");
  }
});
