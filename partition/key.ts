import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** The key of one item: its key attributes by name. */
export type Key = Record<string, AttributeValue>;

/** Returns a text that is equal for equal keys and different for different keys. */
export function canonicalKey(key: Key): string {
  return Object.keys(key).sort().map((name) =>
    `${JSON.stringify(name)}${canonicalValue(key[name])}`
  )
    .join();
}

/** Returns the keys without duplicates, in their order. BatchWriteItem refuses a batch that contains a key twice. */
export function distinctKeys(keys: readonly Key[]): Key[] {
  const seen = new Set<string>();
  return keys.filter((key) => {
    const identity = canonicalKey(key);
    return !seen.has(identity) && seen.add(identity);
  });
}

function canonicalValue(value: AttributeValue | undefined): string {
  if (value?.B !== undefined) return `B${value.B.join(" ")}`;
  return JSON.stringify(value);
}
