import { parseArgs, type ParseArgsOptionsConfig } from "node:util";

export type CliCommand =
  | { command: "help" }
  | { command: "up"; name: string; addons: string[] }
  | { command: "kubeconfig"; name: string }
  | { command: "bin" }
  | { command: "down"; name: string }
  | { command: "down"; all: true };

export class UsageError extends Error {}

export const USAGE = `Usage:
  deno task cluster up [--name N] [--with ADDON,ADDON]   start a control plane that keeps running
  deno task cluster kubeconfig [--name N]                print the path of an admin kubeconfig
  deno task cluster bin                                  print the folder of kubectl, helm, etcd, …
  deno task cluster down [--name N | --all]              stop one control plane, or all

If no name is given, the name is "default". Add-ons:
  dynamodb       DynamoDB Local
  grove-crds     the CRDs of Grove, without its operator
  lws            LeaderWorkerSets and their controller
  lws-crds       the CRD of LeaderWorkerSets, without the controller
  volcano-crds   a CRD of Volcano's PodGroups, without the scheduler
The first start builds the programs, which needs Go 1.25 or newer and takes about 12 minutes.`;

const DEFAULT_NAME = "default";
const NAME = { name: { type: "string" } } as const;

/** Parses the command line of `deno task cluster`. Throws a `UsageError` if the command line is invalid. */
export function parseCliArgs(args: readonly string[]): CliCommand {
  if (args.includes("--help") || args.includes("-h")) return { command: "help" };
  const [command = "", ...flags] = args;
  switch (command) {
    case "up": {
      const { name = DEFAULT_NAME, with: addons = "" } = parseFlags(flags, {
        ...NAME,
        with: { type: "string" },
      });
      return { command, name, addons: addons.split(",").filter((addon) => addon !== "") };
    }
    case "kubeconfig": {
      const { name = DEFAULT_NAME } = parseFlags(flags, NAME);
      return { command, name };
    }
    case "bin":
      parseFlags(flags, {});
      return { command };
    case "down": {
      const { name, all } = parseFlags(flags, { ...NAME, all: { type: "boolean" } });
      if (all && name) throw new UsageError('Give "--name" or "--all", not both');
      return all ? { command, all } : { command, name: name ?? DEFAULT_NAME };
    }
    default:
      throw new UsageError(`Unknown command "${command}"`);
  }
}

function parseFlags<T extends ParseArgsOptionsConfig>(args: string[], options: T) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
