import { dropPermissions } from "./commands/cli/permissions.ts";
import { UsageError } from "./commands/cli/usage_error.ts";

const USAGE = `dynamo-operator: runs Dynamo inference graphs on Kubernetes

Usage:
  dynamo-operator run [flags]        the operator; what the container runs (default command)
  dynamo-operator crds [--out DIR]   the CRD manifests, to stdout or as files
  dynamo-operator delete-partition   delete one partition of a DynamoDB table; what a Job's pod runs
  dynamo-operator version            the version
  dynamo-operator COMMAND --help     the flags of a command
`;

/**
 * Runs one subcommand; returns the exit code. Each subcommand's code is loaded only when it runs, and when what it does
 * not need has been given back.
 */
async function main(args: readonly string[]): Promise<number> {
  const [first] = args;
  if (first === "--help" || first === "-h" || first === "help") {
    console.log(USAGE);
    return 0;
  }
  const named = first !== undefined && !first.startsWith("-");
  const command = named ? first : "run";
  const rest = named ? args.slice(1) : args;
  dropPermissions(command, rest);
  switch (command) {
    case "run": {
      const [{ run }, { graphController }, { componentController }, { partitionController }] =
        await Promise.all([
          import("./commands/run/run.ts"),
          import("./reconcile/graph/controller.ts"),
          import("./reconcile/component/controller.ts"),
          import("./reconcile/partition/controller.ts"),
        ]);
      return await run(rest, [graphController, componentController, partitionController]);
    }
    case "crds": {
      const { crds } = await import("./commands/crds/crds.ts");
      return await crds(rest);
    }
    case "delete-partition": {
      const { deletePartitionCommand } = await import(
        "./commands/delete_partition/delete_partition.ts"
      );
      return await deletePartitionCommand(rest);
    }
    case "version": {
      if (rest[0] === "--help" || rest[0] === "-h") {
        console.log("Usage: dynamo-operator version");
        return 0;
      }
      if (rest.length > 0) throw new UsageError(`Unexpected argument "${rest[0]}"`);
      const { VERSION } = await import("./commands/cli/version.ts");
      console.log(VERSION);
      return 0;
    }
    default:
      throw new UsageError(`Unknown command "${command}"\n\n${USAGE}`);
  }
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // A stack helps with a mistake of the program's own; what the surroundings refuse is said in the message.
    const ours = error instanceof TypeError || error instanceof RangeError;
    console.error(`dynamo-operator: ${ours ? (error.stack ?? error.message) : error.message}`);
    Deno.exit(error instanceof UsageError ? 2 : 1);
  }
}
