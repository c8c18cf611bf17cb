// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { discoveryServiceAccount, labelValue, modelHash, modelServiceName } from "./names.ts";

Deno.test("the hash of a model is the one that running clusters select by", () => {
  assertEquals(modelHash("Qwen/Qwen3-0.6B"), "fb68f5a6");
  assertEquals(modelHash("meta-llama/Llama-3.1-8B-Instruct"), "08a20b29");
  assertEquals(modelServiceName("llama-3-70b-instruct-v1"), "dynamo-model-c21c2fb2");
});

Deno.test("a value that a label can hold is not changed", () => {
  assertEquals(labelValue("ns-demo"), "ns-demo");
  assertEquals(labelValue("x".repeat(63)), "x".repeat(63));
  assertEquals(labelValue(""), "");
});

Deno.test("a longer value is cut and gets a hash", () => {
  const value = labelValue(`${"n".repeat(60)}-demo`);
  assertMatch(value, /^n{54}-[0-9a-f]{8}$/);
  assertNotEquals(value, labelValue(`${"n".repeat(60)}-memo`));
});

Deno.test("a shortened value has one separator between beginning and hash", () => {
  assertMatch(labelValue(`${"n".repeat(53)}${"-".repeat(20)}x`), /^n{53}-[0-9a-f]{8}$/);
});

Deno.test("a shortened value is always a valid label", () => {
  const word = fc.string({
    unit: fc.constantFrom(..."abcXYZ019-_."),
    minLength: 64,
    maxLength: 200,
  });
  fc.assert(fc.property(word, (text) => {
    assertMatch(labelValue(text), /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/);
  }));
});

Deno.test("the ServiceAccount for discovery is named after the graph", () => {
  assertEquals(discoveryServiceAccount("demo"), "demo-k8s-service-discovery");
});
