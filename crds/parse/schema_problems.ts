import type { JsonSchema } from "../json_schema.ts";

/** Options of {@linkcode schemaProblems}. */
export interface SchemaOptions {
  /** Whether unknown fields are errors, as in kubectl; true by default. The API server ignores such fields. */
  refuseUnknown?: boolean;
}

/**
 * Returns one message for each violation of the schema. Each message names the field, the value and the remedy. For a
 * valid value, the list is empty. The function does not evaluate CEL rules.
 *
 * @param path the field that holds the value, such as `spec.services`; "" for a whole object
 */
export function schemaProblems(
  value: unknown,
  schema: JsonSchema,
  path: string,
  options: SchemaOptions = {},
): string[] {
  const types = schema["x-kubernetes-int-or-string"] ? ["integer", "string"] : [schema.type];
  if (!types.some((type) => type === undefined || isOfType(value, type))) {
    return [`${path} is ${shortJson(value)}: give a value of type ${types.join(" or ")}`];
  }
  const problems = boundRemedies(value, schema)
    .map((remedy) => `${path} is ${shortJson(value)}: ${remedy}`);
  if (Array.isArray(value)) return [...problems, ...listProblems(value, schema, path, options)];
  if (!isObject(value)) return problems;
  const { properties = {}, additionalProperties, required = [] } = schema;
  const at = (name: string) => path ? `${path}.${name}` : name;
  const { refuseUnknown = true } = options;
  const keepsUnknown = schema["x-kubernetes-preserve-unknown-fields"] === true || !refuseUnknown;
  for (const name of required) {
    if (!Object.hasOwn(value, name)) problems.push(`${at(name)} is required: set it`);
  }
  for (const [name, member] of Object.entries(value)) {
    const known = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    if (known) problems.push(...schemaProblems(member, known, at(name), options));
    else if (!keepsUnknown) problems.push(unknownField(at(name), Object.keys(properties)));
  }
  return problems;
}

function unknownField(path: string, known: readonly string[]): string {
  const name = path.slice(path.lastIndexOf(".") + 1).toLowerCase();
  const meant = known.find((field) => field.toLowerCase() === name);
  return `${path} is an unknown field: ${meant ? `write "${meant}"` : "remove it"}`;
}

function listProblems(
  list: readonly unknown[],
  schema: JsonSchema,
  path: string,
  options: SchemaOptions,
): string[] {
  const { items } = schema;
  const problems = items
    ? list.flatMap((item, index) => schemaProblems(item, items, `${path}[${index}]`, options))
    : [];
  const keys = schema["x-kubernetes-list-map-keys"];
  if (!Array.isArray(keys)) return problems;
  const seen = new Set<string>();
  list.forEach((item, index) => {
    const key = JSON.stringify(keys.map((name: string) => isObject(item) ? item[name] : undefined));
    if (seen.has(key)) {
      const fields = keys.join(" and ");
      problems.push(`${path}[${index}] repeats ${fields} ${key.slice(1, -1)}: remove one of them`);
    }
    seen.add(key);
  });
  return problems;
}

function isOfType(value: unknown, type: string): boolean {
  if (type === "integer") return Number.isInteger(value);
  return (Array.isArray(value) ? "array" : value === null ? "null" : typeof value) === type;
}

/** Returns the remedies for a value that violates the enum, the limits or the pattern of its schema. */
function boundRemedies(value: unknown, schema: JsonSchema): string[] {
  const remedies: string[] = [];
  if (schema.enum && !schema.enum.includes(value)) {
    remedies.push(`give one of ${schema.enum.map(shortJson).join(", ")}`);
  }
  const check = (size: number, least = -Infinity, most = Infinity, unit = "") => {
    const amount = (limit: number) => unit ? `${limit} ${unit}${limit === 1 ? "" : "s"}` : limit;
    if (size < least) remedies.push(`give at least ${amount(least)}`);
    if (size > most) remedies.push(`give at most ${amount(most)}`);
  };
  if (typeof value === "number") check(value, schema.minimum, schema.maximum);
  if (typeof value === "string") {
    check([...value].length, schema.minLength, schema.maxLength, "character");
    if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value)) {
      remedies.push(`give a value that matches ${schema.pattern}`);
    }
  }
  if (Array.isArray(value)) check(value.length, schema.minItems, schema.maxItems, "item");
  if (isObject(value)) {
    check(Object.keys(value).length, schema.minProperties, schema.maxProperties, "key");
  }
  return remedies;
}

const MAX_SHOWN = 60;

/** Returns a value as JSON for an error message, truncated to 60 characters. */
export function shortJson(value: unknown): string {
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
