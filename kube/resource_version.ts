/**
 * Compares two resourceVersions of one resource. Returns a negative number if `a` is older, and 0 if they are equal.
 * They are decimal integers of any length (KEP-5504); otherwise, the function throws. An absent one is the oldest.
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
