import { PlanError } from "./problem.ts";

/** The grammar of https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const QUANTITY = /^[+-]?(\d+(\.\d*)?|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d{1,3})?$/;

/**
 * Checks a quantity that a user wrote.
 *
 * @param field path of the quantity inside the component's spec
 * @param failure what the operator cannot do without it; the message starts with this text
 * @throws {PlanError} if the text is not a quantity
 */
export function checkQuantity(field: string, text: string | number, failure: string): void {
  if (QUANTITY.test(String(text))) return;
  throw new PlanError(
    field,
    `${failure}: Cannot parse quantity "${text}"; write a quantity such as 2, 500m or 16Gi`,
  );
}

/** Whether a valid quantity is greater than zero: a digit other than 0 stands before its suffix. */
export function isPositive(quantity: string | number): boolean {
  return /^\+?[\d.]*[1-9]/.test(String(quantity));
}
