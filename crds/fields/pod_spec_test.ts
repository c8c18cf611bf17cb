// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { openApiSchema } from "../json_schema.ts";
import { extraPodSpec } from "./pod_spec.ts";
import { podSpecSchema } from "./pod_spec_schema.ts";

Deno.test("containers and the name of the main container are optional, the names of sidecars are required", () => {
  const schema = openApiSchema(extraPodSpec("A PodSpec."));
  assertEquals(schema.required, undefined);
  assertEquals(schema.properties?.["mainContainer"]?.required, undefined);
  assertEquals(schema.properties?.["containers"]?.items?.required, ["name"]);
});

Deno.test("each list map key is a required field or has a default, as the API server requires", () => {
  const bad: string[] = [];
  function walk(schema: typeof podSpecSchema, path: string): void {
    const keys = schema["x-kubernetes-list-map-keys"];
    if (Array.isArray(keys)) {
      for (const key of keys) {
        const optional = !schema.items?.required?.includes(key);
        if (optional && schema.items?.properties?.[key]?.default === undefined) {
          bad.push(`${path}[${key}]`);
        }
      }
    }
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      walk(property, `${path}.${name}`);
    }
    if (schema.items !== undefined) walk(schema.items, `${path}[]`);
  }
  walk(podSpecSchema, "");
  assertEquals(bad, []);
});
