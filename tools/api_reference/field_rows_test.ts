// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { crdManifests } from "../../crds/emit/manifests.ts";
import { podSpecSchema, schemaAt } from "../../crds/fields/pod_spec_schema.ts";
import type { JsonSchema } from "../../crds/json_schema.ts";
import { apiReferenceFiles } from "./api_reference.ts";
import { fieldRows } from "./field_rows.ts";

function rows(properties: Record<string, JsonSchema>, required: string[] = []): string[] {
  return fieldRows({ type: "object", properties, required }, "spec").map((row) =>
    [row.path, row.type, row.required ? "required" : "", row.preset, ...row.requirements].join(" ")
      .replaceAll(/ +/g, " ").trim()
  );
}

Deno.test("fields inside lists and maps have paths", () => {
  const item: JsonSchema = { type: "object", properties: { name: { type: "string" } } };
  assertEquals(
    rows({
      list: { type: "array", items: item },
      map: { type: "object", additionalProperties: item },
    }),
    [
      "spec.list list of object",
      "spec.list[].name string",
      "spec.map map of object",
      "spec.map.<name>.name string",
    ],
  );
});

Deno.test("a row contains the default, the limits and the messages of rules", () => {
  const rule = { rule: "self > 0", message: "must be positive", fieldPath: ".size" };
  assertEquals(
    rows({
      count: { type: "integer", default: 1, minimum: 0, maximum: 2 ** 31 - 1 },
      mode: { type: "string", enum: ["a", "b"] },
      text: { type: "string", minLength: 1, maxLength: 8, "x-kubernetes-validations": [rule] },
    }, ["text"]),
    [
      "spec.count integer 1 at least 0",
      "spec.mode string one of `a`, `b`",
      "spec.text string required not empty at most 8 characters `.size`: must be positive",
    ],
  );
});

Deno.test("a type of Kubernetes has one row with a link", () => {
  const probe = schemaAt(podSpecSchema, ["containers", "*", "livenessProbe"]);
  const [row, ...more] = rows({ livenessProbe: probe });
  assert(row?.startsWith("spec.livenessProbe [Probe](https://kubernetes.io/"), row);
  assertEquals(more, []);
});

Deno.test("every field of spec and status has a description", () => {
  const bare = crdManifests().flatMap(({ spec: { names, versions } }) =>
    versions.flatMap(({ schema }) =>
      Object.entries(schema.openAPIV3Schema.properties ?? {})
        .filter(([part]) => part === "spec" || part === "status")
        .flatMap(([part, found]) => fieldRows(found, part))
        .filter(({ description }) => description === "")
        .map(({ path }) => `${names.kind} ${path}`)
    )
  );
  assertEquals(bare, []);
});

Deno.test("the reference has a section for every kind, and complete table rows", () => {
  const text = apiReferenceFiles().get("docs/api-reference.md") ?? "";
  for (const { spec: { names } } of crdManifests()) assert(text.includes(`\n## ${names.kind}\n`));
  const tables = text.split("\n").filter((line) => line.startsWith("|"));
  const widths = new Set(tables.map((line) => line.replaceAll("\\|", "").split("|").length - 2));
  assertEquals([...widths].sort(), [2, 4]);
});
