import { z } from "zod";
import { quantitySchema } from "./quantity_schema.ts";
import { rules } from "./rules.ts";

/** Bounds what a rule about the string may cost; no sensible amount comes near. */
const MAX_LENGTH = 32;

/** A resource quantity as Kubernetes takes it everywhere: `10Gi`, `"1.5"` or a bare number. */
export function quantity(description: string) {
  return z.custom<string | number>().meta({
    ...quantitySchema,
    maxLength: MAX_LENGTH,
    description,
  });
}

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
