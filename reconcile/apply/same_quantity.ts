import { parseQuantity } from "../../kube/quantity.ts";

const NANO_IN_MILLI = 1_000_000n;

/**
 * Returns whether the API server stores two resource quantities as the same value. It rounds up: quantities of limits and
 * requests to thousandths (`milli`), all others to billionths.
 *
 * See https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ and, for the rounding,
 * `SetDefaults_ResourceList` of Kubernetes.
 *
 * @returns false if one of them is not a quantity
 */
export function sameQuantity(a: unknown, b: unknown, precision: "exact" | "milli"): boolean {
  const first = stored(a, precision);
  return first !== undefined && first === stored(b, precision);
}

/** Returns the stored value of a quantity in billionths. */
function stored(quantity: unknown, precision: "exact" | "milli"): bigint | undefined {
  if (typeof quantity !== "string" && typeof quantity !== "number") return undefined;
  try {
    const nano = parseQuantity(quantity);
    return precision === "milli" ? roundedUp(nano) : nano;
  } catch {
    // Differs from every quantity; the API server reports the error to the user.
    return undefined;
  }
}

/** Rounds away from zero to the next thousandth. */
function roundedUp(nano: bigint): bigint {
  const rest = nano % NANO_IN_MILLI;
  if (rest === 0n) return nano;
  return nano - rest + (nano < 0n ? -NANO_IN_MILLI : NANO_IN_MILLI);
}
