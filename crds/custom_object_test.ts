// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Conversion, type CustomObject, fromInternal, toInternal } from "./custom_object.ts";
import { dynamoModelNames, type KindNames } from "./names.ts";

interface Model extends CustomObject {
  spec: { modelName?: string };
}

/** Conversion for a fictitious version v2, in which the field `modelName` has the name `name`. */
const v2: Conversion = {
  toInternal(object) {
    const { spec: { name }, ...rest } = object as CustomObject & { spec: { name: string } };
    return { ...rest, apiVersion: dynamoModelNames.apiVersion, spec: { modelName: name } } as Model;
  },
  fromInternal(object) {
    const { spec: { modelName }, ...rest } = object as Model;
    return { ...rest, apiVersion: "nvidia.com/v2", spec: { name: modelName } } as CustomObject;
  },
};
const names: KindNames = { ...dynamoModelNames, conversions: { v2 } };

function model(apiVersion: string, spec: Record<string, string>) {
  return { apiVersion, kind: "DynamoModel", metadata: { name: "m" }, spec };
}

Deno.test("an object of the internal version is returned as it is", () => {
  const object = model("nvidia.com/v1alpha1", { modelName: "acme/tuned" });
  assert(toInternal(names, object) === object);
  assert(fromInternal(names, "v1alpha1", object) === object);
});

Deno.test("an object of another version is converted to the internal type and back", () => {
  const object = model("nvidia.com/v2", { name: "acme/tuned" });
  const internal = toInternal<Model>(names, object);
  assertEquals(internal, model("nvidia.com/v1alpha1", { modelName: "acme/tuned" }));
  assertEquals(fromInternal(names, "v2", internal), object);
});

Deno.test("the error for an unknown version lists the known versions of the kind", () => {
  assertThrows(
    () => toInternal(names, model("nvidia.com/v3", {})),
    Error,
    'Cannot convert DynamoModel of "nvidia.com/v3": its versions are v1alpha1, v2',
  );
});
