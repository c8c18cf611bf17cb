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

/**
 * All that makes up the API of one kind; `crdManifest` turns it into a CustomResourceDefinition.
 */
export interface CustomKind {
  names: KindNames;
  shortNames: string[];
  description: string;
  spec: z.ZodType;
  /** A kind with a status gets the status subresource. */
  status?: z.ZodType;
  /**
   * Rules on the whole object. They run on every write, so each must let pass what was stored
   * before it.
   */
  rules?: Rule[];
  columns: PrinterColumn[];
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
