import { parseQuantity } from "../../kube/quantity.ts";
import type { NAME_CONFLICT } from "../apply/reasons.ts";
import type { REASONS } from "./conditions.ts";

/**
 * A mistake in an object, or a reference to a missing object. A user must correct the mistake or create the missing
 * object.
 */
export interface Problem {
  reason:
    | typeof REASONS[
      | "validationFailed"
      | "volumeClaimMissing"
      | "multinodeUnavailable"
      | "plannerRoleMissing"
      | "profilingRoleMissing"
      | "groveNotServed"
      | "nameTooLong"
      | "podFieldRefused"
      | "compositionChanged"
      | "queueMissing"
    ]
    | typeof NAME_CONFLICT;
  /** Path of the field from the root of the object, if one field causes the problem. */
  field?: string;
  message: string;
}

/** Describes a problem or a warning in one line for conditions and events: `spec.replicas: …`. */
export function describeProblem({ field, message }: Pick<Problem, "field" | "message">): string {
  return field ? `${field}: ${message}` : message;
}

/**
 * Error for user input that the API server accepted, but that the operator cannot use. Plans report this error as a
 * {@linkcode Problem}.
 */
export class PlanError extends Error {
  override readonly name = "PlanError";
  /** Path of the field inside the component's spec, such as `resources.limits.gpu`. */
  readonly field: string;

  /**
   * @param field path inside the component's spec; the caller prepends `spec.` or `spec.services[NAME].`
   * @param message why the value cannot be used, without the path
   */
  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/** Error for a name conflict: a foreign object has a name that the plan needs. */
export class NameConflictError extends PlanError {}

/**
 * Parses a quantity from a user's spec. Returns its value in billionths.
 *
 * @param field path of the quantity inside the component's spec
 * @param failure beginning of the error message, such as `Cannot use the cpu`; the function appends the reason
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
