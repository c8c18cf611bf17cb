import type { JsonSchema } from "../../crds/json_schema.ts";
import type { Rule } from "../../crds/fields/rules.ts";

/** What every whole number of its format is, and so not worth a word. */
const NO_BOUNDS = [2 ** 31 - 1, -(2 ** 31), Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];

/** What the API server asks of a value beside its type, a phrase each. */
export function requirements(field: JsonSchema): string[] {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems } = field;
  const { minProperties, maxProperties, pattern } = field;
  const bounded = (value: number | undefined) => value !== undefined && !NO_BOUNDS.includes(value);
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

/** What the rules on a schema say when they are broken. */
export function ruleMessages(schema: JsonSchema): string[] {
  const rules = (schema["x-kubernetes-validations"] ?? []) as Rule[];
  return rules.map(({ message, fieldPath }) =>
    fieldPath ? `\`${fieldPath}\`: ${message}` : message
  );
}

function counted(bound: string, count: number | undefined, what: string): string[] {
  return count === undefined ? [] : [`${bound} ${count} ${what}`];
}
