/** A validation rule of a CRD, in CEL. */
export interface Rule {
  rule: string;
  /** Error message for a violation, unless `messageExpression` is set and evaluates successfully. */
  message: string;
  messageExpression?: string;
  /** Path of the field that the error names, such as `.host`. It is relative to the value that the rule checks. */
  fieldPath?: string;
  reason?: "FieldValueInvalid" | "FieldValueForbidden" | "FieldValueRequired";
  /** If true, the API server also runs the rule on creation. `oldSelf` is then an optional value. */
  optionalOldSelf?: boolean;
}

/**
 * Returns metadata for a zod schema. The metadata adds CEL rules to the schema in the CRD.
 *
 * Add the metadata only to `spec` or a field below `spec`. The API server skips the rules of a value that an update
 * does not change (KEP-4008). So a new rule never blocks an update of the labels, status or finalizers of an existing
 * object.
 */
export function rules(...list: Rule[]): { "x-kubernetes-validations": Rule[] } {
  return { "x-kubernetes-validations": list };
}

/** Returns a rule that reports a missing field. The expression `rule` is false if `field` is required but not set. */
export function required(field: string, rule: string, message: string): Rule {
  return { rule, message, fieldPath: `.${field}`, reason: "FieldValueRequired" };
}

/** Returns a rule that refuses updates that add, change or remove a field. */
export function immutable(field: string, message: string): Rule {
  return {
    rule:
      `has(self.${field}) == has(oldSelf.${field}) && (!has(self.${field}) || self.${field} == oldSelf.${field})`,
    message,
    fieldPath: `.${field}`,
    reason: "FieldValueForbidden",
  };
}

/** First words of the error message of `specIsRequired`. */
export const SPEC_IS_REQUIRED = "spec is required";

/**
 * Returns a rule for the whole object that refuses a new object without a spec. The CRD does not use `required`: with
 * `required`, the API server would also refuse status writes to stored objects without a spec.
 *
 * @param hint names of the fields that every spec must have, such as `spec.services`
 */
export function specIsRequired(hint: string): Rule {
  return {
    rule: "has(self.spec) || (oldSelf.hasValue() && !has(oldSelf.value().spec))",
    message: `${SPEC_IS_REQUIRED}; set at least ${hint}`,
    reason: "FieldValueRequired",
    optionalOldSelf: true,
  };
}
