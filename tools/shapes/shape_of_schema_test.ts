// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { type Schema, shapesOfSchemas } from "./shape_of_schema.ts";

function ref(type: string): Schema {
  return { $ref: `#/components/schemas/${type}` };
}

function specShape(spec: Schema, schemas: Record<string, Schema> = {}) {
  return shapesOfSchemas({ "v1/Kind": { properties: { spec } } }, { schemas }).kinds["v1/Kind"]
    ?.fields?.["spec"];
}

Deno.test("a keyed list has its keys, and the default of a key as its absent value", () => {
  const keyed = (items: Schema): Schema => ({
    items,
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["port", "protocol"],
  });
  const item = { properties: { port: { default: "" }, protocol: { default: "TCP" } } };
  const keys = [{ field: "port" }, { field: "protocol", absent: "TCP" }];
  const each = { fields: { protocol: { filledIn: "TCP" } } };
  assertEquals(specShape(keyed(item)), { keys, each });
  assertEquals(specShape(keyed({ default: {}, allOf: [ref("Item")] }), { Item: item }), {
    keys,
    each: { type: "Item" },
  });
});

Deno.test("sets, atomic objects and maps are marked, plain and atomic lists are not", () => {
  const text = {};
  assertEquals(
    specShape({
      properties: {
        set: { items: text, "x-kubernetes-list-type": "set" },
        atomic: { properties: { a: text }, "x-kubernetes-map-type": "atomic" },
        map: { additionalProperties: text },
        atomicMap: { additionalProperties: text, "x-kubernetes-map-type": "atomic" },
        list: { items: text },
        atomicList: { items: text, "x-kubernetes-list-type": "atomic" },
        scalar: text,
      },
    }),
    {
      fields: {
        atomic: { atomic: true },
        atomicMap: { atomic: true, each: {} },
        map: { each: {} },
        set: { set: true },
      },
    },
  );
});

Deno.test("defaults other than zero values are recorded", () => {
  assertEquals(
    specShape({
      properties: {
        count: { default: 2 },
        flag: { default: true },
        zero: { default: 0 },
        off: { default: false },
        none: { default: "" },
        object: { default: {} },
      },
    }),
    { fields: { count: { filledIn: 2 }, flag: { filledIn: true } } },
  );
});

Deno.test("named types are written once, without their prefix; plain types are omitted", () => {
  const container = "io.k8s.api.core.v1.Container";
  const quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity";
  const schemas: Record<string, Schema> = {
    [container]: { properties: { limits: { additionalProperties: ref(quantity) } } },
    Plain: { properties: { a: {} } },
    Kept: { properties: { a: {} } },
  };
  const properties = { a: ref(container), b: ref(container), c: ref("Plain"), d: ref("Kept") };
  assertEquals(
    shapesOfSchemas({ "v1/Kind": { properties } }, { schemas, keptTypes: new Set(["Kept"]) }),
    {
      types: {
        Kept: {},
        "core.v1.Container": { fields: { limits: { each: { quantity: "exact" } } } },
      },
      kinds: {
        "v1/Kind": {
          fields: {
            a: { type: "core.v1.Container" },
            b: { type: "core.v1.Container" },
            d: { type: "Kept" },
          },
        },
      },
    },
  );
});

Deno.test("the status of a kind is omitted", () => {
  const properties = { status: { additionalProperties: {} } };
  assertEquals(shapesOfSchemas({ "v1/Kind": { properties } }), { kinds: { "v1/Kind": {} } });
});

Deno.test("a schema that cannot become a shape is refused", () => {
  assertThrows(
    () => specShape(ref("Missing")),
    Error,
    'Cannot find type "Missing": the OpenAPI document omits it',
  );
  assertThrows(
    () => specShape(ref("Tree"), { Tree: { properties: { children: { items: ref("Tree") } } } }),
    Error,
    'Cannot shape type "Tree": it contains itself',
  );
  assertThrows(
    () => specShape({ ...ref("Item"), "x-kubernetes-map-type": "atomic" }, { Item: {} }),
    Error,
    '"x-kubernetes-map-type" stands beside it',
  );
});
