import { parseArgs } from "node:util";

/** A command line of `deno task cluster`. */
export type CliCommand =
  | { command: "help" }
  | { command: "up"; name: string; addons: string[] }
  | { command: "kubeconfig"; name: string }
  | { command: "bin" }
  | { command: "down"; name: string }
  | { command: "down"; all: true };

/** The command line is wrong; the message says why. */
export class UsageError extends Error {}

export const USAGE = `Usage:
  deno task cluster up [--name N] [--with ADDON,ADDON]   start a control plane that keeps running
  deno task cluster kubeconfig [--name N]                print the path of an admin kubeconfig
  deno task cluster bin                                  print the folder of kubectl, helm, etcd, …
  deno task cluster down [--name N | --all]              end one control plane, or all

The name is "default" if it is not given. Add-ons: dynamodb (DynamoDB Local).
The first run builds the programs, which needs Go 1.25 or newer and takes about 12 minutes.`;

const DEFAULT_NAME = "default";
const FLAGS: Record<string, readonly string[]> = {
  up: ["name", "with"],
  kubeconfig: ["name"],
  bin: [],
  down: ["name", "all"],
};

/** Parses the command line of `deno task cluster`. Throws a `UsageError`. */
export function parseCliArgs(args: readonly string[]): CliCommand {
  if (args.includes("--help") || args.includes("-h")) return { command: "help" };
  const [command = "", ...rest] = args;
  const allowed = Object.hasOwn(FLAGS, command) ? FLAGS[command] : undefined;
  if (allowed === undefined) throw new UsageError(`Unknown command "${command}"`);
  const flags = parseFlags(rest);
  for (const flag of Object.keys(flags)) {
    if (!allowed.includes(flag)) throw new UsageError(`"${command}" does not accept "--${flag}"`);
  }
  const { name = DEFAULT_NAME } = flags;
  switch (command) {
    case "up":
      return { command, name, addons: flags.with?.split(",").filter((addon) => addon) ?? [] };
    case "kubeconfig":
      return { command, name };
    case "down":
      if (flags.all && flags.name) throw new UsageError(`Give "--name" or "--all", not both`);
      return flags.all ? { command, all: true } : { command, name };
    default:
      return { command: "bin" };
  }
}

interface Flags {
  name?: string;
  with?: string;
  all?: boolean;
}

function parseFlags(args: string[]): Flags {
  try {
    return parseArgs({
      args,
      options: { name: { type: "string" }, with: { type: "string" }, all: { type: "boolean" } },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
