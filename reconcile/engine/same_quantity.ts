const QUANTITY = /^([+-]?)(\d+\.?\d*|\.\d+)(n|u|m|k|M|G|T|P|E|[KMGTPE]i|[eE][+-]?\d+)?$/;

const DECIMAL: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  "": 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};

const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/**
 * Whether two resource quantities are stored as the same value. The API server rounds up: quantities of limits and
 * requests to thousandths (`milli`), all others to billionths.
 *
 * See https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ and, for the rounding,
 * `SetDefaults_ResourceList` of Kubernetes.
 *
 * @returns false if one of them is no quantity; only the server can say so to the user
 */
export function sameQuantity(a: unknown, b: unknown, precision: "exact" | "milli"): boolean {
  const scale = precision === "milli" ? 3 : 9;
  const first = roundedUp(a, scale);
  return first !== undefined && first === roundedUp(b, scale);
}

/** The quantity in units of 10^-scale, rounded up (away from zero, as the server does). */
function roundedUp(quantity: unknown, scale: number): bigint | undefined {
  if (typeof quantity !== "string" && typeof quantity !== "number") return undefined;
  const [, sign, digits = "", suffix = ""] = QUANTITY.exec(String(quantity)) ?? [];
  if (sign === undefined) return undefined;
  const [whole = "", fraction = ""] = digits.split(".");
  const binary = Math.max(0, BINARY.indexOf(suffix));
  const decimal = binary > 0 ? 0 : DECIMAL[suffix] ?? Number(suffix.slice(1));
  // A quantity beyond this is capped by the server; without a bound a user could ask for a number of any size.
  if (Math.abs(decimal) > 100) return undefined;
  const value = BigInt(whole + fraction) * 1024n ** BigInt(binary);
  const exponent = decimal - fraction.length + scale;
  const magnitude = exponent >= 0 ? value * 10n ** BigInt(exponent) : ceil(value, -exponent);
  return sign === "-" ? -magnitude : magnitude;
}

function ceil(value: bigint, digits: number): bigint {
  const divisor = 10n ** BigInt(digits);
  return (value + divisor - 1n) / divisor;
}
