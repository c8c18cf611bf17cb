import { UsageError } from "./usage_error.ts";

const UNIT_MS: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * Parses a duration in the format of Go flags: `10h`, `1h30m`, `500ms`, `1.5s` or `0`.
 *
 * @returns milliseconds
 * @throws {UsageError} if the text is not a duration, or is negative
 */
export function parseDurationMs(text: string): number {
  if (text === "0") return 0;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text) {
    throw new UsageError(
      `Cannot read duration "${text}": give a number with a unit, such as "30s", "15m" or "1h30m"`,
    );
  }
  return parts.reduce(
    (sum, [, amount = "0", unit = "ms"]) => sum + Number(amount) * (UNIT_MS[unit] ?? 1),
    0,
  );
}
