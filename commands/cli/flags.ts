// @ts-types="../../types/std/cli.d.ts"
import { parseArgs } from "@std/cli/parse-args";
// @ts-types="../../types/std/text.d.ts"
import { closestString, toKebabCase } from "@std/text";
import { UsageError } from "./usage_error.ts";

/** One flag of a subcommand. */
export interface Flag {
  /** As it is documented: upstream's spelling where upstream has the flag. */
  name: string;
  /** A single letter that may stand for the name. */
  short?: string;
  type: "string" | "boolean";
  default: string | boolean;
  help: string;
  /** Set for a flag that is taken for compatibility and changes nothing: why. */
  unused?: string;
  /** Whether who sets such a flag does not get what they ask for, rather than something there is no need to ask for. */
  missed?: boolean;
}

export type FlagValues = Record<string, string | boolean>;

/**
 * Reads a command line against a table of flags. Every flag may be written with one or two dashes, as
 * `--flag value` or `--flag=value`, and in kebab-case; a boolean takes a value only after `=`.
 *
 * @returns the value of every flag by its documented name (the last one of a flag given several times), the names of
 *   those that were given, and every value that a flag was given, by its name
 * @throws {UsageError} for an unknown flag (naming the nearest known one), a missing or an unexpected value
 */
export function parseFlags(
  flags: readonly Flag[],
  args: readonly string[],
): { values: FlagValues; given: string[]; repeated: ReadonlyMap<string, string[]> } {
  const byName = new Map<string, Flag>();
  for (const flag of flags) {
    byName.set(flag.name, flag).set(toKebabCase(flag.name), flag);
    if (flag.short !== undefined) byName.set(flag.short, flag);
  }
  const repeated = new Map<string, string[]>();
  const canonical: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    const [, name, attached] = /^--?([A-Za-z][^=]*)(?:=(.*))?$/s.exec(arg) ?? [];
    if (name === undefined) {
      throw new UsageError(`Unexpected argument "${arg}": flags begin with "--"`);
    }
    const flag = byName.get(name);
    if (!flag) throw new UsageError(unknownFlag(name, [...byName.keys()]));
    const value = attached ?? (flag.type === "boolean" ? "true" : args[++index]);
    checkValue(flag, arg, value);
    repeated.set(flag.name, [...repeated.get(flag.name) ?? [], value]);
    canonical.push(`--${flag.name}=${value}`);
  }
  const parsed = parseArgs(canonical, {
    string: flags.filter(({ type }) => type === "string").map(({ name }) => name),
    boolean: flags.filter(({ type }) => type === "boolean").map(({ name }) => name),
    default: Object.fromEntries(flags.map((flag) => [flag.name, flag.default])),
  });
  const values = Object.fromEntries(
    flags.map(({ name, default: preset }) => [name, parsed[name] ?? preset]),
  );
  return { values, given: [...repeated.keys()], repeated };
}

/** Whether the flags are asked for instead of given. */
export function helpRequested(args: readonly string[]): boolean {
  return args.includes("--help") || args.includes("-h");
}

/** The table of flags as `--help` prints it. */
export function describeFlags(flags: readonly Flag[]): string {
  return flags.map((flag) => {
    const preset = flag.default === "" ? "" : ` (default ${flag.default})`;
    const unused = flag.unused ? ` [no effect: ${flag.unused}]` : "";
    const short = flag.short === undefined ? "" : `-${flag.short}, `;
    return `  ${short}--${flag.name}${flag.type === "string" ? " VALUE" : ""}\n` +
      `        ${flag.help}${preset}${unused}`;
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
  return `Unknown flag "--${name}": did you mean "--${closestString(name, known)}"?`;
}
