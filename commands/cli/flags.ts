import { parseArgs } from "node:util";
// @ts-types="../../types/std/text.d.ts"
import { closestString, toKebabCase } from "@std/text";
import { UsageError } from "./usage_error.ts";

/** One flag of a subcommand. */
export interface Flag {
  /** Name of the flag in the output of `--help`. Flags of the Go operator keep their names. */
  name: string;
  /** One-letter alias of the flag. */
  short?: string;
  /** Type of the value. A string value follows "=" or is the next argument. A boolean value must follow "=". */
  type: "string" | "boolean";
  /** Default value, used if the flag is not on the command line. */
  default: string | boolean;
  /** Description of the flag in the output of `--help`. */
  help: string;
  /** Reason why the flag has no effect. Only flags that are accepted for compatibility have this field. */
  noEffect?: string;
  /** Whether the flag requests a feature that this operator lacks. The operator logs a warning if the flag is set. */
  missingFeature?: boolean;
}

/** Values of all flags, keyed by {@linkcode Flag.name}. */
export type FlagValues = Record<string, string | boolean>;

/**
 * Parses a command line according to a list of flags. A flag may begin with one or two dashes. Its name may also be
 * in kebab-case. A string flag takes its value after "=" or from the next argument, a boolean flag only after "=".
 *
 * @returns `values`: the last value, or the default, of every flag; `given`: names of the flags on the command line;
 *   `repeated`: all values of each given flag
 * @throws {UsageError} for an unknown flag (the message names the most similar flag), or a missing or unexpected value
 */
export function parseFlags(
  flags: readonly Flag[],
  args: readonly string[],
): { values: FlagValues; given: string[]; repeated: ReadonlyMap<string, string[]> } {
  const bySpelling = new Map(
    flags.flatMap((flag) =>
      [flag.name, toKebabCase(flag.name), flag.short ?? flag.name].map((text) => [text, flag])
    ),
  );
  const { tokens } = parseArgs({
    // Doubles a single dash, because parseArgs would parse `-name` as four one-letter flags.
    args: args.map((arg) => arg.replace(/^-(?=[A-Za-z])/, "--")),
    options: Object.fromEntries(
      [...bySpelling].map(([spelling, { type }]) => [spelling, { type }]),
    ),
    strict: false,
    tokens: true,
  });
  const values = Object.fromEntries(flags.map((flag) => [flag.name, flag.default]));
  const repeated = new Map<string, string[]>();
  for (const token of tokens) {
    const arg = args[token.index] ?? "";
    if (token.kind !== "option" || !/^[A-Za-z]/.test(token.name)) {
      throw new UsageError(`Unexpected argument "${arg}": flags begin with "--"`);
    }
    const flag = bySpelling.get(token.name);
    if (!flag) throw new UsageError(unknownFlag(token.name, [...bySpelling.keys()]));
    const next = flag.type === "boolean" ? "true" : args[token.index + 1];
    const value = token.inlineValue ? token.value : next;
    checkValue(flag, arg, value);
    repeated.set(flag.name, [...repeated.get(flag.name) ?? [], value]);
    values[flag.name] = flag.type === "boolean" ? value === "true" : value;
  }
  return { values, given: [...repeated.keys()], repeated };
}

/** Returns whether the command line contains `--help` or `-h`. */
export function helpRequested(args: readonly string[]): boolean {
  return args.includes("--help") || args.includes("-h");
}

/** Returns the descriptions of the flags for the output of `--help`. */
export function describeFlags(flags: readonly Flag[]): string {
  return flags.map((flag) => {
    const preset = flag.default === "" ? "" : ` (default ${flag.default})`;
    const noEffect = flag.noEffect ? ` [no effect: ${flag.noEffect}]` : "";
    const short = flag.short === undefined ? "" : `-${flag.short}, `;
    return `  ${short}--${flag.name}${flag.type === "string" ? " VALUE" : ""}\n` +
      `        ${flag.help}${preset}${noEffect}`;
  }).join("\n");
}

function checkValue(
  flag: Flag,
  arg: string,
  value: string | undefined,
): asserts value is string {
  if (value === undefined) throw new UsageError(`Flag "${arg}" needs a value`);
  if (flag.type === "boolean" && !/^(true|false)$/.test(value)) {
    throw new UsageError(`Flag "--${flag.name}" takes "true" or "false", got "${value}"`);
  }
}

function unknownFlag(name: string, known: string[]): string {
  const long = known.filter((spelling) => spelling.length > 1);
  return `Unknown flag "--${name}": did you mean "--${closestString(name, long)}"?`;
}

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * Parses a duration in the format of Go's flags: `10h`, `1h30m`, `500ms`, `1.5s` or `0`.
 *
 * @returns the duration in milliseconds
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

/** Returns a duration as Go prints it, such as `15m0s`, `1h30m0s` or `500ms`. */
export function goDuration(durationMs: number): string {
  if (durationMs > 0 && durationMs < 1000) return `${durationMs}ms`;
  const hours = Math.floor(durationMs / 3_600_000);
  const minutes = Math.floor(durationMs / 60_000) % 60;
  const seconds = (durationMs % 60_000) / 1000;
  if (hours > 0) return `${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}
