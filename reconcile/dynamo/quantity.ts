import { parseQuantity } from "../../kube/quantity.ts";
import { PlanError } from "./problem.ts";

/**
 * Returns the value of a quantity that a user wrote, in billionths.
 *
 * @param field path of the quantity inside the component's spec
 * @param failure what the operator cannot do without it; the message starts with this text
 * @throws {PlanError} if the text is not a quantity
 */
export function quantityAt(field: string, text: string | number, failure: string): bigint {
  try {
    return parseQuantity(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PlanError(
      field,
      `${failure}: ${reason}; write a quantity such as 2, 500m or 16Gi`,
    );
  }
}
