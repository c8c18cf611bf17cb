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
