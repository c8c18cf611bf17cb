/** Maximum number of values in a YAML text. The text is from a ConfigMap, so its size is at most 1 MiB. */
const MAX_VALUES = 200_000;
const MAX_DEPTH = 100;

/**
 * Checks the size of a value that was read from YAML. With aliases, a short text can describe a value that does not fit
 * into memory, because each alias repeats its target.
 *
 * @throws Error if the value has too many parts or is nested too deeply
 */
export function checkSize(value: unknown, limit = MAX_VALUES): void {
  let left = limit;
  const visit = (part: unknown, depth: number) => {
    if (left-- <= 0) throw new Error(`it has more than ${limit} values: remove YAML aliases`);
    if (depth > MAX_DEPTH) throw new Error(`it is nested more than ${MAX_DEPTH} levels deep`);
    if (typeof part !== "object" || part === null) return;
    for (const child of Object.values(part)) visit(child, depth + 1);
  };
  visit(value, 0);
}
