import type { Rule } from "./rules.ts";

/** The beginning of the message of the rule. */
export const SPEC_IS_REQUIRED = "spec is required";

/**
 * Returns the rule for the root of a kind that a new object needs a spec. `required` in the schema would also apply to
 * stored objects, and the API server would refuse their status.
 *
 * @param hint the fields that a user must set first, such as `spec.services`
 */
export function specIsRequired(hint: string): Rule {
  return {
    rule: "has(self.spec) || (oldSelf.hasValue() && !has(oldSelf.value().spec))",
    message: `${SPEC_IS_REQUIRED}; set at least ${hint}`,
    reason: "FieldValueRequired",
    optionalOldSelf: true,
  };
}
