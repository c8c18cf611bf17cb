/** A validation rule in CEL, as it stands in a CRD. */
export interface Rule {
  rule: string;
  /** What is shown when the rule fails; `messageExpression` wins where it can be computed. */
  message: string;
  messageExpression?: string;
  /** The field to blame, relative to where the rule stands, such as `.host`. */
  fieldPath?: string;
  reason?: "FieldValueInvalid" | "FieldValueForbidden" | "FieldValueRequired";
  /** The rule sees the stored object, and also runs where there is none yet. */
  optionalOldSelf?: boolean;
}

/**
 * Metadata for a zod schema that puts CEL rules beside it in the CRD.
 *
 * Rules belong at or below `spec`: the API server then skips them for a stored object whose spec
 * stays as it is, so that a rule which is newer than the object never blocks its labels, status or
 * finalizers (KEP-4008).
 */
export function rules(...list: Rule[]): { "x-kubernetes-validations": Rule[] } {
  return { "x-kubernetes-validations": list };
}
