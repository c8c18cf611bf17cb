// @ts-types="../../types/std/yaml.d.ts"
import { stringify } from "@std/yaml";
import type { CustomKind, KindVersion } from "../custom_kind.ts";
import { dynamoComponentDeployment } from "../kinds/component.ts";
import { dynamoGraphDeployment } from "../kinds/graph.ts";
import { dynamoModel } from "../kinds/model.ts";
import { ddbctlDpJob } from "../kinds/partition_job.ts";
import { dynamoGraphDeploymentRequest } from "../kinds/request.ts";
import { dynamoGraphDeploymentScalingAdapter } from "../kinds/scaling_adapter.ts";
import { dynamoWorkerMetadata } from "../kinds/worker_metadata.ts";
import { type JsonSchema, openApiSchema } from "../json_schema.ts";

/** All custom kinds, always in the same order. */
export const customKinds: readonly CustomKind[] = [
  dynamoGraphDeployment,
  dynamoComponentDeployment,
  dynamoGraphDeploymentRequest,
  dynamoGraphDeploymentScalingAdapter,
  dynamoModel,
  dynamoWorkerMetadata,
  ddbctlDpJob,
];

/** Returns the CustomResourceDefinitions of all kinds, always in the same order. */
export function crdManifests(): CrdManifest[] {
  return customKinds.map(crdManifest);
}

/** A CustomResourceDefinition of apiextensions.k8s.io/v1. The type has only the fields that this project uses. */
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

/** Entry of `spec.versions` in a CRD: one API version of the kind. */
export interface CrdVersion {
  name: string;
  served: boolean;
  storage: boolean;
  additionalPrinterColumns: KindVersion["columns"];
  schema: { openAPIV3Schema: JsonSchema };
  subresources?: { status?: Record<string, never>; scale?: NonNullable<KindVersion["scale"]> };
}

/** Returns the CRD of a kind. */
export function crdManifest(kind: CustomKind): CrdManifest {
  const { names } = kind;
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: `${names.plural}.${names.group}`,
      // With this annotation, Helm never deletes the CRD. Deleting the CRD would also delete all objects of its kind.
      annotations: { "helm.sh/resource-policy": "keep", ...kind.annotations },
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
      versions: kind.versions.map(crdVersion),
    },
  };
}

function crdVersion(version: KindVersion): CrdVersion {
  const { name, served, storage, columns, status, scale } = version;
  const subresources = { ...(status && { status: {} }), ...(scale && { scale }) };
  return {
    name,
    served,
    storage,
    additionalPrinterColumns: columns,
    schema: { openAPIV3Schema: rootSchema(version) },
    ...(Object.keys(subresources).length > 0 && { subresources }),
  };
}

function rootSchema({ description, spec, status, rules = [] }: KindVersion): JsonSchema {
  return {
    type: "object",
    description,
    properties: {
      apiVersion: { type: "string", description: "API version of the object." },
      kind: { type: "string", description: "Kind of the object." },
      metadata: { type: "object" },
      spec: openApiSchema(spec),
      ...(status && { status: openApiSchema(status) }),
    },
    ...(rules.length > 0 && { "x-kubernetes-validations": rules }),
  };
}

/** Returns a CRD as YAML. Long lines are not folded, so that a text search finds every description. */
export function crdYaml(manifest: CrdManifest): string {
  return stringify(manifest, { lineWidth: -1 });
}

/** Returns the file name of a CRD, which is the same in the chart and in the output folder of `crds --out`. */
export function crdFileName(manifest: CrdManifest): string {
  return `${manifest.spec.group}_${manifest.spec.names.plural}.yaml`;
}
