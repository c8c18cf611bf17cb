/**
 * Compares two resourceVersions of one resource: negative when `a` is older, 0 when they are the same state. They are
 * decimal integers of any length (KEP-5504); an absent one is older than any. Throws on anything else.
 */
export function compareResourceVersions(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  const [first, second] = [toInteger(a), toInteger(b)];
  return first < second ? -1 : first > second ? 1 : 0;
}

function toInteger(version: string | undefined): bigint {
  if (version === undefined || version === "") return 0n;
  if (!/^\d+$/.test(version)) {
    throw new Error(`Cannot compare resourceVersion "${version}": it is not a decimal integer`);
  }
  return BigInt(version);
}
