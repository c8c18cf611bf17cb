// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { DynamoModel } from "../../crds/kinds/model.ts";
import { modelKinds } from "./children.ts";
import { loadedNames, nameConflict } from "./name_conflict.ts";
import { ADAPTER, loraModel } from "./testing/models.ts";

const OTHER_URI = "s3://weights/other";

/**
 * Returns a model that was created at this minute. If `recorded` is set, the status records the adapter with this URI.
 */
function modelAt(minute: number, uri: string, recorded?: string): DynamoModel {
  const status = { totalEndpoints: 1, readyEndpoints: 1 };
  return loraModel({
    spec: { source: { uri } },
    metadata: {
      name: `model-${minute}`,
      uid: `uid-${minute}`,
      creationTimestamp: `2026-01-01T00:0${minute}:00Z`,
    },
    ...(recorded && { status: { ...status, adapter: { ...ADAPTER, uri: recorded } } }),
  });
}

function refused(...all: DynamoModel[]): string[] {
  return all.filter((one) => nameConflict(one, all)).map(({ metadata }) => metadata.name);
}

Deno.test("of two models with the same adapter name and different weights, the older model loads its adapter", () => {
  assertEquals(refused(modelAt(2, OTHER_URI), modelAt(1, ADAPTER.uri)), ["model-2"]);
  const conflict = nameConflict(modelAt(2, OTHER_URI), [modelAt(1, ADAPTER.uri)]);
  assertEquals(
    conflict?.message,
    '"acme/tuned" is also the name of the adapter that DynamoModel "model-1" loads from ' +
      '"s3://weights/tuned" into the same pods; choose another name, use the same source.uri, or delete that DynamoModel',
  );
});

Deno.test("an adapter that a model has loaded takes precedence over an older model", () => {
  const loaded = modelAt(2, OTHER_URI, OTHER_URI);
  assertEquals(refused(modelAt(1, ADAPTER.uri), loaded), ["model-1"]);
  assertEquals(refused(modelAt(1, ADAPTER.uri, ADAPTER.uri), loaded), ["model-2"]);
});

Deno.test("a model waits until another one has unloaded its former adapter", () => {
  const renamed = modelAt(2, OTHER_URI, OTHER_URI);
  renamed.spec.modelName = "acme/renamed";
  assertEquals(refused(modelAt(1, ADAPTER.uri), renamed), ["model-1"]);
});

Deno.test("a model that changes the weights of its adapter keeps precedence over a waiting model", () => {
  const changed = modelAt(2, "s3://weights/changed", ADAPTER.uri);
  const older = modelAt(1, OTHER_URI);
  assertEquals(refused(older, changed), ["model-1"]);
});

Deno.test("models with the same weights, or with different names, do not conflict", () => {
  const renamed = loraModel({ spec: { modelName: "acme/other" }, metadata: { uid: "b" } });
  assertEquals(refused(modelAt(1, ADAPTER.uri), modelAt(2, ADAPTER.uri), renamed), []);
  assertEquals(refused(loraModel({ spec: { modelType: "base" } }), modelAt(2, OTHER_URI)), []);
});

Deno.test("only models without a conflict load an adapter", () => {
  const [first, second] = [modelAt(1, ADAPTER.uri), modelAt(2, OTHER_URI)];
  assertEquals(loadedNames([first], [first, second]), new Set(["acme/tuned"]));
  assertEquals(loadedNames([second], [first, second]), new Set());
});

Deno.test("a change of a model enqueues the models with an adapter of the same name, a change of counts does not", () => {
  const { others } = modelKinds().children;
  const [first, second] = [modelAt(1, ADAPTER.uri), modelAt(2, OTHER_URI)];
  const other = loraModel({ spec: { modelName: "acme/other" }, metadata: { uid: "other" } });
  const lookup = { byIndex: () => [first, second, other] } as never;
  assertEquals([...others.keys(first, lookup)], ["team/model-2"]);
  const renamed = { ...other, metadata: { ...first.metadata, generation: 2 } };
  assertEquals([...others.keysOfUpdate?.(renamed, first, lookup) ?? []], [
    "team/tuned",
    "team/model-2",
  ]);
  const counted = { ...first, status: { totalEndpoints: 1, readyEndpoints: 1 } };
  assertEquals([...others.keysOfUpdate?.(counted, first, lookup) ?? []], []);
  assertEquals([
    ...others.keysOfUpdate?.(modelAt(1, ADAPTER.uri, ADAPTER.uri), first, lookup) ?? [],
  ], [
    "team/model-2",
    "team/model-2",
  ]);
});
