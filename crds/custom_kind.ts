import type { z } from "zod";
import type { KindNames } from "./names.ts";
import type { Rule } from "./fields/rules.ts";

/** A column of `kubectl get`. */
export interface PrinterColumn {
  name: string;
  type: "string" | "integer" | "date";
  /** Where the value stands in the object, as the JSONPath that CRDs take. */
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
  /** Rules for the whole object. They run on every write, so each must accept what was stored before it existed. */
  rules?: Rule[];
  columns: PrinterColumn[];
  /** A version with these paths has the scale subresource. */
  scale?: { specReplicasPath: string; statusReplicasPath: string; labelSelectorPath: string };
}

export const AGE: PrinterColumn = {
  name: "Age",
  type: "date",
  jsonPath: ".metadata.creationTimestamp",
  description: "Time since creation.",
};

/** The status of a condition as a column. */
export function conditionPath(type: string): string {
  return `.status.conditions[?(@.type=="${type}")].status`;
}
