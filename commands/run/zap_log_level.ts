import type { LOG_LEVELS } from "../../process/logging.ts";
import { UsageError } from "../cli/usage_error.ts";

const LEVELS: ReadonlyMap<string, typeof LOG_LEVELS[number]> = new Map([
  ["debug", "debug"],
  ["info", "info"],
  ["error", "error"],
  ["panic", "error"],
]);

/**
 * Returns the log level for a value of controller-runtime's `--zap-log-level`: a name in any case, or a number above 0,
 * which means "debug".
 *
 * @throws {UsageError} for any other value
 */
export function zapLogLevel(text: string): typeof LOG_LEVELS[number] {
  const level = LEVELS.get(text.toLowerCase()) ?? (/^0*[1-9]\d*$/.test(text) ? "debug" : undefined);
  if (level !== undefined) return level;
  throw new UsageError(
    `Flag "--zap-log-level" takes ${
      [...LEVELS.keys()].join(", ")
    } or a whole number above 0, got "${text}"`,
  );
}
