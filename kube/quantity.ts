/** Matches a quantity. Its capture groups are the sign, the integer part, the fraction, and the exponent or suffix. */
const QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?(.*)$/;
const EXPONENT = /^[eE]([+-]?\d{1,3})$/;
/** Suffixes for the powers of 1000, from 10^-9 to 10^18. */
const DECIMAL = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
/** Suffixes for the powers of 1024, from 2^10 to 2^60. */
const BINARY = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const NANO_DIGITS = 9;
const MAX_BINARY = (2n ** 63n - 1n) * 10n ** BigInt(NANO_DIGITS);

/** Returns `mantissa` × 10^`exponent` as an integer, rounded up. */
function shift(mantissa: bigint, exponent: number): bigint {
  if (exponent >= 0) return mantissa * 10n ** BigInt(exponent);
  const divisor = 10n ** BigInt(-exponent);
  return (mantissa + divisor - 1n) / divisor;
}

/**
 * Returns a Kubernetes quantity ("100m", "1.5Gi", "1e3", 2) in billionths. As in `resource.Quantity`, smaller fractions
 * are rounded away from zero, and binary quantities are limited to 2^63-1. An exponent may have at most three digits.
 * Throws if the quantity is invalid.
 */
export function parseQuantity(quantity: string | number): bigint {
  const text = String(quantity);
  const [, sign = "", whole = "", fraction = "", suffix = ""] = QUANTITY.exec(text) ?? [];
  if (whole + fraction === "") throw new Error(`Cannot parse quantity "${text}": no digits`);
  const digits = BigInt(whole + fraction);
  const scale = NANO_DIGITS - fraction.length;
  const isBinary = BINARY.includes(suffix);
  const power = DECIMAL.includes(suffix)
    ? 3 * DECIMAL.indexOf(suffix) - NANO_DIGITS
    : Number(EXPONENT.exec(suffix)?.[1] ?? NaN);
  if (!isBinary && Number.isNaN(power)) {
    throw new Error(`Cannot parse quantity "${text}": unknown suffix "${suffix}"`);
  }
  const bits = BigInt(10 * (BINARY.indexOf(suffix) + 1));
  let nano = isBinary ? shift(digits << bits, scale) : shift(digits, scale + power);
  if (isBinary && nano > MAX_BINARY) nano = MAX_BINARY;
  return sign === "-" ? -nano : nano;
}
