// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import {
  containsField,
  fieldElement,
  type FieldSet,
  isFieldSet,
  itemElement,
  union,
  valueElement,
  withField,
  withoutField,
} from "./field_set.ts";

const SET: FieldSet = { "f:spec": { "f:a": { ".": {}, "f:b": {} }, "f:c": {} } };

Deno.test("path elements have the format of managed fields", () => {
  const keys = [{ field: "containerPort" }, { field: "protocol", absent: "TCP" }];
  assertEquals(fieldElement("spec"), "f:spec");
  assertEquals(
    itemElement(keys, { containerPort: 80, name: "http" }),
    'k:{"containerPort":80,"protocol":"TCP"}',
  );
  assertEquals(itemElement([{ field: "name" }], {}), 'k:{"name":""}');
  assertEquals(valueElement("x"), 'v:"x"');
});

Deno.test("a set contains a path, the paths above it and no others", () => {
  for (const path of [[], ["f:spec"], ["f:spec", "f:a", "f:b"]]) {
    assertEquals(containsField(SET, path), true);
  }
  assertEquals(containsField(SET, ["f:spec", "f:d"]), false);
});

Deno.test("the removal of a path also removes the paths below it and empty parents", () => {
  assertEquals(withoutField(SET, ["f:spec", "f:a"]), { "f:spec": { "f:c": {} } });
  assertEquals(withoutField({ "f:a": { "f:b": {} }, "f:c": {} }, ["f:a", "f:b"]), { "f:c": {} });
  assertEquals(withoutField(SET, ["f:spec", "f:x"]), SET);
});

Deno.test("a union keeps a path that is the start of a longer path", () => {
  assertEquals(union({ "f:a": {} }, { "f:a": { "f:b": {} } }), { "f:a": { ".": {}, "f:b": {} } });
  assertEquals(union({ "f:a": {} }, { "f:a": {} }), { "f:a": {} });
  assertEquals(withField(SET, ["f:spec", "f:d"]), {
    "f:spec": { "f:a": { ".": {}, "f:b": {} }, "f:c": {}, "f:d": {} },
  });
});

Deno.test("other values are not sets of fields", () => {
  assertEquals(isFieldSet(SET), true);
  for (const value of [undefined, null, [], { "f:a": 1 }]) assertEquals(isFieldSet(value), false);
});
