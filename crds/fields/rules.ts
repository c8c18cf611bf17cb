/** A validation rule of a CRD, in CEL. */
export interface Rule {
  rule: string;
  /** The message of a violation. `messageExpression` replaces it if it can be evaluated. */
  message: string;
  messageExpression?: string;
  /** The field that the error names, relative to the value of the rule, such as `.host`. */
  fieldPath?: string;
  reason?: "FieldValueInvalid" | "FieldValueForbidden" | "FieldValueRequired";
  /** `oldSelf` is an optional value, so that the rule also runs on creation. */
  optionalOldSelf?: boolean;
}

/**
 * Returns metadata for a zod schema that adds rules to it in the CRD.
 *
 * Rules belong at or below `spec`. The API server skips them if an update leaves the value unchanged (KEP-4008), so that
 * a rule that is newer than an object never blocks its labels, status or finalizers.
 */
export function rules(...list: Rule[]): { "x-kubernetes-validations": Rule[] } {
  return { "x-kubernetes-validations": list };
}

/** Returns a rule that reports a missing field. `rule` holds if the field is set or not needed. */
export function required(field: string, rule: string, message: string): Rule {
  return { rule, message, fieldPath: `.${field}`, reason: "FieldValueRequired" };
}

/** Returns the rule that an update neither adds, changes nor removes a field. */
export function immutable(field: string, message: string): Rule {
  return {
    rule:
      `has(self.${field}) == has(oldSelf.${field}) && (!has(self.${field}) || self.${field} == oldSelf.${field})`,
    message,
    fieldPath: `.${field}`,
    reason: "FieldValueForbidden",
  };
}

/** The beginning of the message of `specIsRequired`. */
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
