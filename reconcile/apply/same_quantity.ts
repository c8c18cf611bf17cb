import { parseQuantity } from "../../kube/quantity.ts";

const NANO_IN_MILLI = 1_000_000n;

/**
 * Whether two resource quantities are stored as the same value. The API server rounds up: quantities of limits and
 * requests to thousandths (`milli`), all others to billionths.
 *
 * See https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ and, for the rounding,
 * `SetDefaults_ResourceList` of Kubernetes.
 *
 * @returns false if one of them is no quantity
 */
export function sameQuantity(a: unknown, b: unknown, precision: "exact" | "milli"): boolean {
  const first = stored(a, precision);
  return first !== undefined && first === stored(b, precision);
}

/** What the server keeps of a quantity, in billionths. */
function stored(quantity: unknown, precision: "exact" | "milli"): bigint | undefined {
  if (typeof quantity !== "string" && typeof quantity !== "number") return undefined;
  try {
    const nano = parseQuantity(quantity);
    return precision === "milli" ? roundedUp(nano) : nano;
  } catch {
    // No quantity differs from every quantity; the server tells the user what is wrong with it.
    return undefined;
  }
}

/** Away from zero to the next thousandth. */
function roundedUp(nano: bigint): bigint {
  const rest = nano % NANO_IN_MILLI;
  if (rest === 0n) return nano;
  return nano - rest + (nano < 0n ? -NANO_IN_MILLI : NANO_IN_MILLI);
}
