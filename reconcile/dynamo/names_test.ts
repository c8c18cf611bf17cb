// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { modelHash, modelServiceName } from "./names.ts";

Deno.test("the hash of a model is the one that running clusters select by", () => {
  assertEquals(modelHash("Qwen/Qwen3-0.6B"), "fb68f5a6");
  assertEquals(modelHash("meta-llama/Llama-3.1-8B-Instruct"), "08a20b29");
  assertEquals(modelServiceName("llama-3-70b-instruct-v1"), "dynamo-model-c21c2fb2");
});
