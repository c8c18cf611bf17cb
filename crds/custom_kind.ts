import type { z } from "zod";
import type { KindNames } from "./names.ts";
import type { Rule } from "./fields/rules.ts";

/** A column of `kubectl get`. */
export interface PrinterColumn {
  name: string;
  type: "string" | "integer" | "date";
  /** JSONPath of the column's value in a custom resource. */
  jsonPath: string;
  description: string;
}

/** Defines one custom kind. `crdManifest` generates its CustomResourceDefinition (CRD) from this definition. */
export interface CustomKind {
  names: KindNames;
  shortNames: string[];
  /** Annotations of the CRD. */
  annotations?: Record<string, string>;
  /** All API versions, ordered as in the CRD. The API server stores objects in the version with `storage: true`. */
  versions: KindVersion[];
}

/** One API version of a kind. */
export interface KindVersion {
  name: string;
  served: boolean;
  storage: boolean;
  description: string;
  spec: z.ZodType;
  /** Schema of the status; absent if the version does not have the status subresource. */
  status?: z.ZodType;
  /**
   * CEL rules for the whole object. The API server evaluates them on every write, so a rule must also accept objects
   * that were stored before the rule existed.
   */
  rules?: Rule[];
  columns: PrinterColumn[];
  /** JSONPaths of the scale subresource; absent if the version does not have this subresource. */
  scale?: { specReplicasPath: string; statusReplicasPath: string; labelSelectorPath: string };
}

/** Name and flags of API version v1alpha1, for a kind that has no other version. */
export const V1ALPHA1 = { name: "v1alpha1", served: true, storage: true } as const;

/** Returns a column of `kubectl get`. */
export function column(
  name: string,
  jsonPath: string,
  description: string,
  type: PrinterColumn["type"] = "string",
): PrinterColumn {
  return { name, type, jsonPath, description };
}

/** Column of `kubectl get` that shows the age of an object. */
export const AGE = column("Age", ".metadata.creationTimestamp", "Time since creation.", "date");

/** Returns a JSONPath for a column of `kubectl get`. The column shows the `status` of the condition with this type. */
export function conditionPath(type: string): string {
  return `.status.conditions[?(@.type=="${type}")].status`;
}
