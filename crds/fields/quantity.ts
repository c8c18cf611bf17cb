import { z } from "zod";
import type { JsonSchema } from "../json_schema.ts";
import { rules } from "./rules.ts";

const DECIMAL = "(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))";

/**
 * The schema of a resource quantity as a number or a string. In a schema with `x-kubernetes-int-or-string`, the API
 * server accepts `anyOf` only with exactly these two members in this order.
 */
export const quantitySchema: JsonSchema = {
  anyOf: [{ type: "integer" }, { type: "string" }],
  pattern: `^(\\+|-)?${DECIMAL}(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?${DECIMAL}))?$`,
  "x-kubernetes-int-or-string": true,
};

/** Maximum length of a quantity, in characters. It bounds the cost of a CEL rule. Real quantities are shorter. */
const MAX_LENGTH = 32;

/** Returns the schema of a resource quantity that may be a string, such as `10Gi` or `"1.5"`, or a number. */
export function quantity(description: string): z.ZodCustom<string | number, string | number> {
  // The schema has a CEL rule instead of a pattern, because the error message of a rule can contain examples.
  const { pattern: _, ...schema } = quantitySchema;
  return z.custom<string | number>().meta({
    ...schema,
    maxLength: MAX_LENGTH,
    description,
    ...rules({
      rule: "type(self) == int || isQuantity(self)",
      message: "must be a quantity, such as '500Mi' or '10Gi'",
    }),
  });
}

/**
 * CEL expression for an object with a field `size` that has the schema `quantity()`. The expression is true if the size
 * is set and above zero. It is also true for an invalid size, which the rule in `quantity()` already refuses.
 */
export const SIZE_IS_ABOVE_ZERO =
  "has(self.size) && (type(self.size) == int ? self.size > 0 : !isQuantity(self.size) || quantity(self.size).isGreaterThan(quantity('0')))";

/** Returns the schema of a resource quantity that must be a string. An empty string counts as omitted. */
export function amount(description: string): z.ZodString {
  return z.string().meta({
    maxLength: MAX_LENGTH,
    description,
    ...rules({
      rule: "self == '' || (isQuantity(self) && quantity(self).compareTo(quantity('0')) >= 0)",
      message: "must be a quantity of zero or more, such as '2', '500m' or '16Gi'",
    }),
  });
}
