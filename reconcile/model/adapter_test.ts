// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { DynamoModel } from "../../crds/kinds/model.ts";
import { parseManifest } from "../../crds/parse/parse_manifest.ts";
import { describeProblem } from "../dynamo/problem.ts";
import { adapterOf, recordedAdapter, specProblems } from "./adapter.ts";
import { ADAPTER, loraModel } from "./testing/models.ts";

const described = (model: DynamoModel) => specProblems(model).map(describeProblem).join("; ");

Deno.test("only a valid model of type lora has an adapter", () => {
  assertEquals(adapterOf(loraModel()), ADAPTER);
  for (const modelType of ["base", "adapter"] as const) {
    assertEquals(adapterOf(loraModel({ spec: { modelType } })), undefined);
  }
  assertEquals(adapterOf(loraModel({ spec: { source: { uri: "http://weights" } } })), undefined);
});

Deno.test("a model that is older than the rules of the CRD has problems that name the field", () => {
  assertEquals(described(loraModel()), "");
  assertEquals(described(loraModel({ spec: { source: { uri: "hf://acme/tuned@main" } } })), "");
  const noUri = loraModel();
  delete noUri.spec.source;
  assertStringIncludes(described(noUri), "spec.source.uri: must start with s3:// or hf://");
  const nameless = described(loraModel({ spec: { modelName: "", baseModelName: "" } }));
  assertStringIncludes(nameless, "spec.modelName: is required");
  assertStringIncludes(nameless, "spec.baseModelName: is required");
});

Deno.test("a name that would lead to another path of the worker is refused", () => {
  for (const modelName of ["../metrics", "a/./b", "a//b", "/a", "a/", ".."]) {
    assertStringIncludes(described(loraModel({ spec: { modelName } })), `"${modelName}"`);
    const status = { readyEndpoints: 0, totalEndpoints: 0, adapter: { modelName, uri: "" } };
    assertEquals(recordedAdapter(status), undefined);
  }
  assertEquals(described(loraModel({ spec: { modelName: "acme/v1..2/a.b" } })), "");
});

Deno.test("the example is a valid adapter", async () => {
  const example = new URL("../../examples/lora-adapter.yaml", import.meta.url);
  const model = parseManifest(await Deno.readTextFile(example)) as DynamoModel;
  assertEquals(adapterOf(model)?.modelName, "example/Qwen3-0.6B-recovery-lora");
});
