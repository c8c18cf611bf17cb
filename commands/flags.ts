// @ts-types="../types/std/cli.d.ts"
import { parseArgs } from "@std/cli/parse-args";
// @ts-types="../types/std/text.d.ts"
import { closestString, toKebabCase } from "@std/text";
import { UsageError } from "./usage_error.ts";

/** One flag of a subcommand. */
export interface Flag {
  /** As it is documented: upstream's spelling where upstream has the flag. */
  name: string;
  /** A list may be given several times, a value each. */
  type: "string" | "boolean" | "list";
  default: string | boolean | string[];
  help: string;
  /** Set for a flag that is taken for compatibility and changes nothing: why. */
  unused?: string;
}

export type FlagValues = Record<string, string | boolean | string[]>;

/**
 * Reads a command line against a table of flags. Every flag may be written with one or two dashes, as
 * `--flag value` or `--flag=value`, and in kebab-case; a boolean takes a value only after `=`.
 *
 * @returns the value of every flag by its documented name, and the names of those that were given
 * @throws {UsageError} for an unknown flag (naming the nearest known one), a missing or an unexpected value
 */
export function parseFlags(
  flags: readonly Flag[],
  args: readonly string[],
): { values: FlagValues; given: string[] } {
  const byName = new Map<string, Flag>();
  for (const flag of flags) byName.set(flag.name, flag).set(toKebabCase(flag.name), flag);

  const given = new Set<string>();
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
    given.add(flag.name);
    canonical.push(`--${flag.name}=${value}`);
  }
  const parsed = parseArgs(canonical, {
    string: flags.filter(({ type }) => type !== "boolean").map(({ name }) => name),
    collect: flags.filter(({ type }) => type === "list").map(({ name }) => name),
    boolean: flags.filter(({ type }) => type === "boolean").map(({ name }) => name),
    default: Object.fromEntries(flags.map((flag) => [flag.name, flag.default])),
  });
  const values = Object.fromEntries(
    flags.map(({ name, default: preset }) => [name, parsed[name] ?? preset]),
  );
  return { values, given: [...given] };
}

/** Whether the flags are asked for instead of given. */
export function asksForHelp(args: readonly string[]): boolean {
  return args.includes("--help") || args.includes("-h");
}

/** The table of flags as `--help` prints it. */
export function describeFlags(flags: readonly Flag[]): string {
  return flags.map((flag) => {
    const preset = String(flag.default) === "" ? "" : ` (default ${flag.default})`;
    const unused = flag.unused ? ` [no effect: ${flag.unused}]` : "";
    return `  --${flag.name}${flag.type === "boolean" ? "" : " VALUE"}\n` +
      `        ${flag.help}${preset}${unused}`;
  }).join("\n");
}

function checkValue(flag: Flag, arg: string, value: string | undefined) {
  if (value === undefined) throw new UsageError(`Flag "${arg}" needs a value`);
  if (flag.type === "boolean" && !/^(true|false)$/.test(value)) {
    throw new UsageError(`Flag "--${flag.name}" takes "true" or "false", got "${value}"`);
  }
}

function unknownFlag(name: string, known: string[]): string {
  return `Unknown flag "--${name}": did you mean "--${closestString(name, known)}"?`;
}
