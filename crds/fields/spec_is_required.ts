import type { Rule } from "./rules.ts";

/** The message of the rule begins so. */
export const SPEC_IS_REQUIRED = "spec is required";

/**
 * For the root of a kind: a new object needs a spec. A plain `required` would be asked of stored
 * objects again and again and refuse their status.
 *
 * @param hint the first field that a user has to give, such as `spec.services`
 */
export function specIsRequired(hint: string): Rule {
  return {
    rule: "has(self.spec) || (oldSelf.hasValue() && !has(oldSelf.value().spec))",
    message: `${SPEC_IS_REQUIRED}; set at least ${hint}`,
    reason: "FieldValueRequired",
    optionalOldSelf: true,
  };
}
