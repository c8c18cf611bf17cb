import { reasonOf } from "../../kube/errors.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { PlanError } from "./plan_error.ts";

/**
 * Reads an amount that a user wrote, in billionths.
 *
 * @param field where it stands inside the component's spec
 * @param doing what is not possible without it, before the reason
 * @throws {PlanError} if it is no quantity
 */
export function quantityAt(field: string, text: string | number, doing: string): bigint {
  try {
    return parseQuantity(text);
  } catch (error) {
    const reason = reasonOf(error);
    throw new PlanError(field, `${doing}: ${reason}; write an amount such as 2, 500m or 16Gi`);
  }
}
