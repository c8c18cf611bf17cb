// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
// @ts-types="../../types/std/yaml.d.ts"
import { parse } from "@std/yaml";
import { PlanError } from "../dynamo/problem.ts";
import { profilerConfig, replacedValues } from "./profiler_config.ts";
import { requestObject } from "./testing/objects.ts";

Deno.test("fields of the spec win, and all other values of the user stay", () => {
  const config = {
    deployment: { namespace: "bench", model: "other", service_name: "s" },
    engine: { backend: "sglang", is_moe_model: true },
    output_dir: "/results",
  };
  const request = requestObject({
    deploymentOverrides: { workersImage: "workers:1" },
    profilingConfig: { config },
  });
  assertEquals(parse(profilerConfig(request)), {
    deployment: {
      namespace: "bench",
      model: "acme/model",
      service_name: "s",
      dgd_image: "workers:1",
    },
    engine: { backend: "vllm", is_moe_model: true },
    output_dir: "/results",
  });
  assertEquals(replacedValues(request), [
    {
      field: "spec.profilingConfig.config.engine.backend",
      message: '"sglang" is replaced by spec.backend "vllm": remove the field',
    },
    {
      field: "spec.profilingConfig.config.deployment.model",
      message: '"other" is replaced by spec.model "acme/model": remove the field',
    },
  ]);
});

Deno.test("values that equal the spec are not reported", () => {
  const config = { deployment: { model: "acme/model" }, engine: { backend: "vllm" } };
  assertEquals(replacedValues(requestObject({ profilingConfig: { config } })), []);
});

Deno.test("a request without a configuration has no replaced values", () => {
  const { spec: _, ...bare } = requestObject();
  assertEquals(replacedValues(bare as ReturnType<typeof requestObject>), []);
});

Deno.test("an empty configuration and a section of another type are refused with their field", () => {
  const thrown = (config: Record<string, unknown>) =>
    assertThrows(
      () => profilerConfig(requestObject({ profilingConfig: { config } })),
      PlanError,
    ).field;
  assertEquals(thrown({}), "spec.profilingConfig.config");
  assertEquals(thrown({ engine: "vllm" }), "spec.profilingConfig.config.engine");
  assertEquals(thrown({ deployment: [] }), "spec.profilingConfig.config.deployment");
});
