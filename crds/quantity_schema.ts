import type { JsonSchema } from "./json_schema.ts";

const DECIMAL = "(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))";
const UNSIGNED = `${DECIMAL}(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?${DECIMAL}))?`;

/** What the API server takes for a resource quantity written as a string. */
export const QUANTITY_PATTERN = `^(\\+|-)?${UNSIGNED}$`;

/** A quantity that cannot be negative. */
export const UNSIGNED_QUANTITY_PATTERN = `^\\+?${UNSIGNED}$`;

/** As above, or empty, which counts as not given. */
export const OPTIONAL_QUANTITY_PATTERN = `^(\\+?${UNSIGNED})?$`;

/**
 * A resource quantity, given as a number or as a string. The API server accepts this `anyOf` only in this order, with
 * nothing else inside it, beside `x-kubernetes-int-or-string`.
 */
export const quantitySchema: JsonSchema = {
  anyOf: [{ type: "integer" }, { type: "string" }],
  pattern: QUANTITY_PATTERN,
  "x-kubernetes-int-or-string": true,
};
