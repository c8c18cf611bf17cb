import type { JsonSchema } from "../json_schema.ts";

const DECIMAL = "(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))";

/**
 * A resource quantity, given as a number or as a string. The API server accepts this `anyOf` only
 * in this order, with nothing else inside it, beside `x-kubernetes-int-or-string`.
 */
export const quantitySchema: JsonSchema = {
  anyOf: [{ type: "integer" }, { type: "string" }],
  pattern: `^(\\+|-)?${DECIMAL}(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?${DECIMAL}))?$`,
  "x-kubernetes-int-or-string": true,
};
