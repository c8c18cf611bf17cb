import { createHash } from "node:crypto";

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
const MAX_LENGTH = 63;
const HASH_LENGTH = 8;

/**
 * Returns the value if a label can hold it, or else its first 54 characters, a dash and 8 hex digits of its SHA-256.
 * Two values with a common beginning thus stay different.
 */
export function labelValue(value: string): string {
  if (value.length <= MAX_LENGTH) return value;
  const beginning = value.slice(0, MAX_LENGTH - HASH_LENGTH - 1)
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "");
  const hash = createHash("sha256").update(value).digest("hex").slice(0, HASH_LENGTH);
  return beginning === "" ? hash : `${beginning}-${hash}`;
}
