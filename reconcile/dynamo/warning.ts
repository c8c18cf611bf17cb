import type { Statement } from "../../kube/conditions.ts";
import { REASONS } from "./conditions.ts";
import { describeProblem, type Problem } from "./problem.ts";

/** A setting that is ignored or probably does not work. It does not prevent the operator from creating children. */
export interface Warning {
  /** Path of the field. It starts at the spec of a component or, in a plan, at the root of the object. */
  field: string;
  message: string;
}

/** Returns the condition that reports warnings; an empty list if there are none. */
export function configurationWarning(
  warnings: readonly Pick<Problem, "field" | "message">[],
): Statement[] {
  if (warnings.length === 0) return [];
  const message = warnings.map(describeProblem).join("; ");
  return [{ type: "ConfigurationWarning", status: "True", reason: REASONS.checkFields, message }];
}
