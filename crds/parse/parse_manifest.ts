// @ts-types="../../types/std/yaml.d.ts"
import { parse } from "@std/yaml";
import { type CustomObject, toInternal } from "../custom_object.ts";
import type { CustomKind, KindVersion } from "../custom_kind.ts";
import { customKinds } from "../emit/manifests.ts";
import { type JsonSchema, openApiSchema } from "../json_schema.ts";
import { SPEC_IS_REQUIRED } from "../fields/rules.ts";
import { type SchemaOptions, schemaProblems, shortJson } from "./schema_problems.ts";

const text: JsonSchema = { type: "string" };
const texts: JsonSchema = { type: "object", additionalProperties: text };
const metadataSchema: JsonSchema = {
  type: "object",
  required: ["name"],
  properties: {
    name: { ...text, minLength: 1, maxLength: 253 },
    namespace: text,
    labels: texts,
    annotations: texts,
  },
  "x-kubernetes-preserve-unknown-fields": true,
};

/**
 * Returns the object that the API server would store for a manifest of a custom kind, converted to the operator's
 * internal type. The object has the defaults of the CRD and no status. The function does not evaluate CEL rules.
 *
 * Throws an `Error` for an invalid manifest. The message names each invalid field with its value and the remedy.
 *
 * @param manifest one object, either as YAML or JSON text or as a parsed value
 */
export function parseManifest(
  manifest: unknown,
  kinds: readonly CustomKind[] = customKinds,
  options: SchemaOptions = {},
): CustomObject {
  const value = typeof manifest === "string" ? parse(manifest, { schema: "core" }) : manifest;
  const { status: _, ...object } = asObject(value);
  const { kind, version } = servedVersion(object, kinds);
  const schema = objectSchema(version);
  const complete = applyDefaults(object, schema) as Record<string, unknown>;
  const problems = schemaProblems(complete, schema, "", options);
  if (problems.length > 0) {
    throw new Error(`Cannot read ${describe(object)}: ${problems.join("; ")}`);
  }
  return toInternal(kind.names, complete as unknown as CustomObject);
}

/** Returns the object with the defaults of its CRD. An object of a built-in kind stays unchanged. */
export function withDefaults<T extends CustomObject>(object: T): T {
  const version = versionOf(object, customKinds)?.version;
  return version ? applyDefaults(object, objectSchema(version)) as T : object;
}

function asObject(value: unknown): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  const shown = shortJson(value);
  throw new Error(
    `Cannot read manifest ${shown}: it is not an object; give apiVersion, kind, metadata and spec`,
  );
}

function servedVersion(
  object: Record<string, unknown>,
  kinds: readonly CustomKind[],
): { kind: CustomKind; version: KindVersion } {
  const found = versionOf(object, kinds);
  if (found) return found;
  const known = servedVersions(kinds)
    .map(({ kind, apiVersion }) => `${kind.names.kind} of ${apiVersion}`).join(", ");
  const given = JSON.stringify(object["apiVersion"]);
  throw new Error(`Cannot read ${describe(object)} of apiVersion ${given}: give one of ${known}`);
}

function versionOf(
  object: { apiVersion?: unknown; kind?: unknown },
  kinds: readonly CustomKind[],
) {
  return servedVersions(kinds).find(({ kind, apiVersion }) =>
    kind.names.kind === object.kind && apiVersion === object.apiVersion
  );
}

function servedVersions(kinds: readonly CustomKind[]) {
  return kinds.flatMap((kind) =>
    kind.versions.filter((version) => version.served)
      .map((version) => ({ kind, version, apiVersion: `${kind.names.group}/${version.name}` }))
  );
}

/** Caches the converted schemas, because the conversion is slow. */
const schemas = new WeakMap<KindVersion, JsonSchema>();

function objectSchema(version: KindVersion): JsonSchema {
  const schema = schemas.get(version) ?? convertedSchema(version);
  schemas.set(version, schema);
  return schema;
}

function convertedSchema({ spec, rules = [] }: KindVersion): JsonSchema {
  // The CRD requires the spec with a CEL rule, not with `required`: stored objects without a spec must stay valid.
  const needsSpec = rules.some(({ message }) => message.startsWith(SPEC_IS_REQUIRED));
  return {
    type: "object",
    required: needsSpec ? ["metadata", "spec"] : ["metadata"],
    properties: {
      apiVersion: text,
      kind: text,
      metadata: metadataSchema,
      spec: openApiSchema(spec),
    },
  };
}

function describe({ kind, metadata }: Record<string, unknown>): string {
  const name = (metadata as { name?: unknown } | undefined)?.name;
  return `${typeof kind === "string" ? kind : "manifest"} ${JSON.stringify(name ?? "")}`;
}

/**
 * Returns a value with the defaults of its schema, as the API server would store the value. A field with the value null
 * counts as omitted. The result keeps unknown fields.
 *
 * See https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting
 */
export function applyDefaults(value: unknown, schema: JsonSchema): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items ? value.map((item) => applyDefaults(item, items)) : value;
  }
  if (typeof value !== "object" || value === null) return value;
  const properties = new Map(Object.entries(schema.properties ?? {}));
  const result: [string, unknown][] = [];
  for (const [name, member] of Object.entries(value)) {
    const memberSchema = properties.get(name) ?? schema.additionalProperties;
    if (!memberSchema) result.push([name, member]);
    else if (member !== null && member !== undefined) {
      result.push([name, applyDefaults(member, memberSchema)]);
    }
  }
  const present = new Set(result.map(([name]) => name));
  for (const [name, property] of properties) {
    if (property.default === undefined || present.has(name)) continue;
    result.push([name, applyDefaults(structuredClone(property.default), property)]);
  }
  return Object.fromEntries(result);
}
