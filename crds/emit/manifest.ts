import type { CustomKind } from "../custom_kind.ts";
import type { JsonSchema } from "../json_schema.ts";
import { openApiSchema } from "./openapi.ts";
import type { Rule } from "../fields/rules.ts";

/** A CustomResourceDefinition (apiextensions.k8s.io/v1) as far as this project writes one. */
export interface CrdManifest {
  apiVersion: "apiextensions.k8s.io/v1";
  kind: "CustomResourceDefinition";
  metadata: { name: string; annotations: Record<string, string> };
  spec: {
    group: string;
    scope: "Namespaced" | "Cluster";
    names: {
      kind: string;
      listKind: string;
      plural: string;
      singular: string;
      shortNames?: string[];
      categories?: string[];
    };
    versions: CrdVersion[];
  };
}

/** One version of a kind. */
export interface CrdVersion {
  name: string;
  served: boolean;
  storage: boolean;
  additionalPrinterColumns: CustomKind["columns"];
  schema: { openAPIV3Schema: JsonSchema };
  subresources?: { status?: Record<string, never>; scale?: NonNullable<CustomKind["scale"]> };
}

/** The manifest that makes an API server serve a kind. */
export function crdManifest(kind: CustomKind): CrdManifest {
  const { names } = kind;
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: `${names.plural}.${names.group}`,
      // Deleting a CRD deletes every object of its kind: uninstalling a chart must not take users'
      // graphs along.
      annotations: { "helm.sh/resource-policy": "keep" },
    },
    spec: {
      group: names.group,
      scope: names.namespaced ? "Namespaced" : "Cluster",
      names: {
        kind: names.kind,
        listKind: `${names.kind}List`,
        plural: names.plural,
        singular: names.kind.toLowerCase(),
        shortNames: kind.shortNames,
        categories: ["dynamo"],
      },
      versions: [version(kind)],
    },
  };
}

function version(kind: CustomKind): CrdVersion {
  const subresources = {
    ...(kind.status && { status: {} }),
    ...(kind.scale && { scale: kind.scale }),
  };
  return {
    name: kind.names.version,
    served: true,
    storage: true,
    additionalPrinterColumns: kind.columns,
    schema: { openAPIV3Schema: rootSchema(kind) },
    ...(Object.keys(subresources).length > 0 && { subresources }),
  };
}

function rootSchema(kind: CustomKind): JsonSchema {
  const rules: Rule[] = kind.rules ?? [];
  return {
    type: "object",
    description: kind.description,
    properties: {
      apiVersion: { type: "string", description: "Version of the API this object is written in." },
      kind: { type: "string", description: "Kind of the object." },
      metadata: { type: "object" },
      spec: openApiSchema(kind.spec),
      ...(kind.status && { status: openApiSchema(kind.status) }),
    },
    ...(rules.length > 0 && { "x-kubernetes-validations": rules }),
  };
}
