// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Cluster } from "../devcluster/cluster.ts";
import { builtinShapes } from "../reconcile/apply/builtin_shapes.ts";
import { fieldOf, type Shape } from "../reconcile/apply/shape.ts";
import { noCluster, sharedCluster } from "./support/shared_cluster.ts";

/** As much of OpenAPI v3 as the API server uses. */
interface Schema {
  $ref?: string;
  allOf?: Schema[];
  default?: unknown;
  type?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema;
  items?: Schema;
  "x-kubernetes-list-type"?: "atomic" | "map" | "set";
  "x-kubernetes-list-map-keys"?: string[];
  "x-kubernetes-map-type"?: "atomic" | "granular";
  "x-kubernetes-group-version-kind"?: { group: string; version: string; kind: string }[];
}

type Schemas = Record<string, Schema>;

Deno.test({
  name: "the shapes of built-in kinds say what the API server's OpenAPI says",
  ignore: noCluster,
  async fn() {
    const cluster = await sharedCluster();
    for (const [name, shape] of builtinShapes) {
      const slash = name.lastIndexOf("/");
      const [apiVersion, kind] = [name.slice(0, slash), name.slice(slash + 1)];
      const schemas = await openApi(cluster, apiVersion);
      const root = schemaOf(schemas, kind);
      const differences: string[] = [];
      compare(root, shape, { path: kind, schemas, differences, depth: 0 });
      assertEquals(differences, []);
    }
  },
});

async function openApi(cluster: Cluster, apiVersion: string): Promise<Schemas> {
  const path = apiVersion.includes("/") ? `apis/${apiVersion}` : `api/${apiVersion}`;
  const text = await cluster.kubectl(["get", "--raw", `/openapi/v3/${path}`]);
  const { components } = JSON.parse(text) as { components: { schemas: Schemas } };
  return components.schemas;
}

function schemaOf(schemas: Schemas, kind: string): Schema {
  const found = Object.entries(schemas).find(([name, schema]) =>
    name.endsWith(`.${kind}`) && schema["x-kubernetes-group-version-kind"]?.[0]?.kind === kind
  );
  if (!found) throw new Error(`Cannot find the schema of ${kind}`);
  return found[1];
}

interface Walk {
  path: string;
  schemas: Schemas;
  differences: string[];
  depth: number;
}

const QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity";

/** Walks the schema and the shape side by side and notes where they do not say the same. */
function compare(place: Schema, shape: Shape, walk: Walk) {
  const { schemas, path, differences } = walk;
  // Status is never applied, managed fields are the server's, and no manifest is this deep.
  if (/^\w+\.(status|metadata\.managedFields)$/.test(path) || walk.depth > 16) return;
  const name = nameOf(place);
  const schema = resolved(place, schemas);
  if (name === QUANTITY) {
    if (!shape.quantity) differences.push(`${path} is a quantity`);
    return;
  }
  if (shape.quantity) differences.push(`${path} is no quantity`);
  const said = factOf(schema, schemas);
  const shaped = factOfShape(schema, shape);
  if (said !== shaped) differences.push(`${path} is ${said}, not ${shaped}`);
  for (const field of Object.keys(shape.fields ?? {})) {
    if (!schema.properties?.[field]) differences.push(`${path} has no field "${field}"`);
  }
  const inner = (suffix: string) => ({ ...walk, path: `${path}${suffix}`, depth: walk.depth + 1 });
  for (const [field, property] of Object.entries(schema.properties ?? {})) {
    compare(property, fieldOf(shape, field), inner(`.${field}`));
  }
  if (schema.items) compare(schema.items, shape.each ?? {}, inner("[]"));
  if (schema.additionalProperties) {
    compare(schema.additionalProperties, shape.each ?? {}, inner("{}"));
  }
}

/** How server-side apply merges a value, by its schema. */
function factOf(schema: Schema, schemas: Schemas): string {
  switch (schema["x-kubernetes-list-type"]) {
    case "map": {
      const item = resolved(schema.items ?? {}, schemas);
      const keys = schema["x-kubernetes-list-map-keys"] ?? [];
      return `keyed by ${keys.map((key) => keyWithDefault(key, item.properties?.[key]?.default))}`;
    }
    case "set":
      return "a set";
    default:
      return schema["x-kubernetes-map-type"] === "atomic" ? "atomic" : "plain";
  }
}

function factOfShape({ type }: Schema, shape: Shape): string {
  if (shape.keys) {
    return `keyed by ${shape.keys.map(({ field, absent }) => keyWithDefault(field, absent))}`;
  }
  if (shape.set) return "a set";
  return shape.atomic && type !== "array" ? "atomic" : "plain";
}

function keyWithDefault(key: string, absent: unknown): string {
  return absent ? `${key}=${absent}` : key;
}

function nameOf({ $ref, allOf }: Schema): string | undefined {
  return ($ref ?? allOf?.[0]?.$ref)?.replace("#/components/schemas/", "");
}

/** The schema that a place refers to; what the place itself says comes first. */
function resolved(place: Schema, schemas: Schemas): Schema {
  const name = nameOf(place);
  return name === undefined ? place : { ...schemas[name], ...place };
}
