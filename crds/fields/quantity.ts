import { z } from "zod";
import { quantitySchema } from "./quantity_schema.ts";
import { rules } from "./rules.ts";

/** Bounds what a rule about the string may cost; no sensible amount comes near. */
const MAX_LENGTH = 32;

/** A resource quantity as Kubernetes takes it everywhere: `10Gi`, `"1.5"` or a bare number. */
export function quantity(description: string) {
  // A rule in place of the pattern, because it can tell what is wanted.
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
 * A CEL expression for rules of an object: its field `size`, a `quantity`, is there and above zero.
 * Holds for what is no quantity at all, since another rule refuses that.
 */
export const SIZE_IS_ABOVE_ZERO =
  "has(self.size) && (type(self.size) == int ? self.size > 0 : !isQuantity(self.size) || quantity(self.size).isGreaterThan(quantity('0')))";

/** An amount that this API takes as a string only; empty counts as not given. */
export function amount(description: string) {
  return z.string().meta({
    maxLength: MAX_LENGTH,
    description,
    ...rules({
      rule: "self == '' || (isQuantity(self) && quantity(self).compareTo(quantity('0')) >= 0)",
      message: "must be a quantity of zero or more, such as '2', '500m' or '16Gi'",
    }),
  });
}
