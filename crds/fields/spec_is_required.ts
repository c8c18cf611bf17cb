import type { Rule } from "./rules.ts";

/**
 * For the root of a kind: a new object needs a spec. A plain `required` would be asked of stored
 * objects again and again and refuse their status.
 *
 * @param hint the first field that a user has to give, such as `spec.services`
 */
export function specIsRequired(hint: string): Rule {
  return {
    rule: "has(self.spec) || (oldSelf.hasValue() && !has(oldSelf.value().spec))",
    message: `spec is required; set at least ${hint}`,
    reason: "FieldValueRequired",
    optionalOldSelf: true,
  };
}
