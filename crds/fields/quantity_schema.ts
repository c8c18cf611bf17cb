import type { JsonSchema } from "../json_schema.ts";

const DECIMAL = "(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))";

/**
 * The schema of a resource quantity as a number or a string. Beside `x-kubernetes-int-or-string`, the API server accepts
 * `anyOf` only with exactly these two members in this order.
 */
export const quantitySchema: JsonSchema = {
  anyOf: [{ type: "integer" }, { type: "string" }],
  pattern: `^(\\+|-)?${DECIMAL}(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?${DECIMAL}))?$`,
  "x-kubernetes-int-or-string": true,
};
