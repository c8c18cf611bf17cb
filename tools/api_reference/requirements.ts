import type { JsonSchema } from "../../crds/json_schema.ts";
import type { Rule } from "../../crds/fields/rules.ts";

/** Bounds that the format of an integer implies. The reference omits them. */
const NO_BOUNDS = [2 ** 31 - 1, -(2 ** 31), Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];

/** Returns the validation rules for a value in addition to its type, as one phrase each. */
export function requirements(field: JsonSchema): string[] {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems } = field;
  const { minProperties, maxProperties, pattern } = field;
  const bounded = (value: number | undefined) => value !== undefined && !NO_BOUNDS.includes(value);
  return [
    ...(field.enum ? [`one of ${field.enum.map((value) => `\`${value}\``).join(", ")}`] : []),
    ...(bounded(minimum) ? [`at least ${minimum}`] : []),
    ...(bounded(maximum) ? [`at most ${maximum}`] : []),
    ...(minLength === 1 ? ["not empty"] : counted("at least", minLength, "character")),
    ...counted("at most", maxLength, "character"),
    ...counted("at least", minItems ?? minProperties, "entry", "entries"),
    ...counted("at most", maxItems ?? maxProperties, "entry", "entries"),
    ...(pattern ? [`matches \`${pattern}\``] : []),
    ...ruleMessages(field),
  ];
}

/** Returns the messages of the rules of a schema. */
export function ruleMessages(schema: JsonSchema): string[] {
  const rules = (schema["x-kubernetes-validations"] ?? []) as Rule[];
  return rules.map(({ message, fieldPath }) =>
    fieldPath ? `\`${fieldPath}\`: ${message}` : message
  );
}

function counted(
  bound: string,
  count: number | undefined,
  one: string,
  many = `${one}s`,
): string[] {
  return count === undefined ? [] : [`${bound} ${count} ${count === 1 ? one : many}`];
}
