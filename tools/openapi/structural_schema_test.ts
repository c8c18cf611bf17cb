// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { type OpenApiSchema, structuralSchema } from "./structural_schema.ts";

function structural(schemas: Record<string, OpenApiSchema>) {
  return structuralSchema({ components: { schemas } }, "Root");
}

function ref(name: string) {
  return { $ref: `#/components/schemas/${name}` };
}

Deno.test("references are inlined, and the description of a field replaces that of its type", () => {
  const schema = structural({
    Root: {
      type: "object",
      properties: {
        a: { description: "Here. More.", allOf: [ref("Part")] },
        b: { allOf: [ref("Part")] },
      },
    },
    Part: { description: "There. More.", type: "string" },
  });
  assertEquals(schema.properties, {
    a: { description: "Here. More.", type: "string" },
    b: { description: "There. More.", type: "string" },
  });
});

Deno.test("lists keep their list type and lose their patch strategy", () => {
  const schema = structural({
    Root: {
      type: "array",
      items: { default: {}, allOf: [ref("Item")] },
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
      "x-kubernetes-patch-merge-key": "name",
      "x-kubernetes-patch-strategy": "merge",
    },
    Item: {
      type: "object",
      required: ["name"],
      properties: { name: { type: "string", default: "" } },
      "x-kubernetes-unions": [],
    },
  });
  assertEquals(schema, {
    type: "array",
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["name"],
    items: {
      type: "object",
      properties: { name: { type: "string" } },
      required: ["name"],
    },
  });
});

Deno.test("defaults are kept for optional scalars only", () => {
  const schema = structural({
    Root: {
      type: "object",
      required: ["port"],
      properties: {
        port: { type: "integer", default: 0 },
        protocol: { type: "string", default: "TCP" },
        options: { type: "object", default: {} },
      },
    },
  });
  assertEquals(schema.properties, {
    options: { type: "object" },
    port: { type: "integer" },
    protocol: { type: "string", default: "TCP" },
  });
});

Deno.test("enums are omitted, so that values of newer servers are accepted", () => {
  assertEquals(structural({ Root: { type: "string", enum: ["Always", "Never"] } }), {
    type: "string",
  });
});

Deno.test("quantities and IntOrString become x-kubernetes-int-or-string", () => {
  const schema = structural({
    Root: {
      type: "object",
      properties: {
        port: {
          description: "A port.",
          allOf: [ref("io.k8s.apimachinery.pkg.util.intstr.IntOrString")],
        },
      },
      additionalProperties: ref("io.k8s.apimachinery.pkg.api.resource.Quantity"),
    },
  });
  assertEquals(schema.properties?.["port"], {
    description: "A port.",
    anyOf: [{ type: "integer" }, { type: "string" }],
    "x-kubernetes-int-or-string": true,
  });
  const quantity = schema.additionalProperties;
  assertEquals(quantity?.anyOf, [{ type: "integer" }, { type: "string" }]);
  const pattern = new RegExp(quantity?.pattern ?? "");
  assertEquals(["1", "1.5Gi", "-2e3", "100m"].map((value) => pattern.test(value)), [
    true,
    true,
    true,
    true,
  ]);
  assertEquals(["two", "", "1 Gi"].some((value) => pattern.test(value)), false);
});

Deno.test("the metadata of a volume claim template has labels and annotations only", () => {
  const name = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
  const schema = structural({ Root: { type: "object", properties: { metadata: ref(name) } } });
  assertEquals(Object.keys(schema.properties?.["metadata"]?.properties ?? {}), [
    "annotations",
    "labels",
  ]);
});

Deno.test("a type that contains itself is an error that names it", () => {
  assertThrows(
    () => structural({ Root: { type: "object", properties: { again: ref("Root") } } }),
    Error,
    'Cannot inline type "Root": it contains itself',
  );
});

Deno.test("a type that is not defined is an error that names it", () => {
  assertThrows(
    () => structural({ Root: ref("Missing") }),
    Error,
    'Cannot inline type "Missing": the OpenAPI document does not define it',
  );
});
