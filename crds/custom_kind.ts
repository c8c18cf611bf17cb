import type { z } from "zod";
import type { KindNames } from "./names.ts";
import type { Rule } from "./fields/rules.ts";

/** A column of `kubectl get`. */
export interface PrinterColumn {
  name: string;
  type: "string" | "integer" | "date";
  /** JSONPath of the value in the object. */
  jsonPath: string;
  description: string;
}

/** The API of one custom kind. `crdManifest` turns it into a CustomResourceDefinition. */
export interface CustomKind {
  names: KindNames;
  shortNames: string[];
  /** All versions, in the order of the manifest. The API server stores the one with `storage`. */
  versions: KindVersion[];
}

/** One API version of a kind. */
export interface KindVersion {
  name: string;
  served: boolean;
  storage: boolean;
  description: string;
  spec: z.ZodType;
  /** A version with a status has the status subresource. */
  status?: z.ZodType;
  /** Rules for the whole object. They run on every write, so each must accept objects that are older than the rule. */
  rules?: Rule[];
  columns: PrinterColumn[];
  /** A version with these paths has the scale subresource. */
  scale?: { specReplicasPath: string; statusReplicasPath: string; labelSelectorPath: string };
}

/** The only version of a kind. */
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

/** The column with the age of an object. */
export const AGE = column("Age", ".metadata.creationTimestamp", "Time since creation.", "date");

/** Returns the JSONPath of the status of a condition. */
export function conditionPath(type: string): string {
  return `.status.conditions[?(@.type=="${type}")].status`;
}
