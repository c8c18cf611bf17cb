import type { Rule } from "../../crds/fields/rules.ts";
import type { JsonSchema } from "../../crds/json_schema.ts";

/** Limits of the formats int32 and int64. The reference omits them, because they are part of the type. */
const FORMAT_LIMITS = [2 ** 31 - 1, -(2 ** 31), Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];

/** Returns the constraints of a field in addition to its type, one phrase each. */
export function requirements(field: JsonSchema): string[] {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems } = field;
  const { minProperties, maxProperties, pattern } = field;
  const bounded = (value: number | undefined) =>
    value !== undefined && !FORMAT_LIMITS.includes(value);
  return [
    ...(field.enum ? [`one of ${field.enum.map((value) => `\`${value}\``).join(", ")}`] : []),
    ...(bounded(minimum) ? [`at least ${minimum}`] : []),
    ...(bounded(maximum) ? [`at most ${maximum}`] : []),
    ...(minLength === 1 ? ["not empty"] : counted("at least", minLength, "characters")),
    ...counted("at most", maxLength, "characters"),
    ...counted("at least", minItems ?? minProperties, "entries"),
    ...counted("at most", maxItems ?? maxProperties, "entries"),
    ...(pattern ? [`matches \`${pattern}\``] : []),
    ...ruleMessages(field),
  ];
}

/** Returns the error messages of the validation rules of a schema. */
export function ruleMessages(schema: JsonSchema): string[] {
  const rules = (schema["x-kubernetes-validations"] ?? []) as Rule[];
  return rules.map(({ message, fieldPath }) =>
    fieldPath ? `\`${fieldPath}\`: ${message}` : message
  );
}

function counted(bound: string, count: number | undefined, unit: string): string[] {
  return count === undefined ? [] : [`${bound} ${count} ${unit}`];
}
