import { z } from "zod";
import type { JsonSchema } from "../json_schema.ts";
import { rules } from "./rules.ts";

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

/** Bounds the cost of a rule for the string. It is far above the length of a real quantity. */
const MAX_LENGTH = 32;

/** Returns the schema of a resource quantity in every form of Kubernetes: `10Gi`, `"1.5"` or a number. */
export function quantity(description: string): z.ZodCustom<string | number, string | number> {
  // A rule replaces the pattern, because its message can give examples.
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
 * A CEL expression for rules of an object: its field `size`, a `quantity`, is present and above zero.
 * It also holds for an invalid quantity, because the rule of `quantity` refuses that.
 */
export const SIZE_IS_ABOVE_ZERO =
  "has(self.size) && (type(self.size) == int ? self.size > 0 : !isQuantity(self.size) || quantity(self.size).isGreaterThan(quantity('0')))";

/** Returns the schema of an amount that must be a string. An empty string counts as omitted. */
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
