import { dropPermissions } from "./commands/cli/permissions.ts";
import { UsageError } from "./commands/cli/usage_error.ts";
import { stopOnSignal } from "./commands/run/stop_on_signal.ts";

const USAGE = `dynamo-operator: runs Dynamo inference graphs on Kubernetes

Usage:
  dynamo-operator run [flags]        run the operator (default command)
  dynamo-operator render -f FILE     print the manifests that the operator would apply
  dynamo-operator crds [--out DIR]   print the CRD manifests, or write them to files
  dynamo-operator delete-partition   delete one partition of a DynamoDB table
  dynamo-operator version            print the version
  dynamo-operator COMMAND --help     print the flags of a command
`;

/**
 * Runs one subcommand and returns the exit code. Before it loads the code of the subcommand, it revokes the Deno
 * permissions that the subcommand does not need.
 */
async function main(args: readonly string[]): Promise<number> {
  const [first] = args;
  if (first === "--help" || first === "-h" || first === "help") {
    console.log(USAGE);
    return 0;
  }
  const hasCommand = first !== undefined && !first.startsWith("-");
  const command = hasCommand ? first : "run";
  const rest = hasCommand ? args.slice(1) : args;
  dropPermissions(command, rest);
  switch (command) {
    case "run": {
      const stop = stopOnSignal();
      const { run } = await import("./commands/run/run.ts");
      return await run(rest, stop);
    }
    case "render": {
      const { render } = await import("./commands/render/render.ts");
      return await render(rest);
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
    // A TypeError or RangeError is a bug, so the program prints its stack trace. Other errors need only their message.
    const isBug = error instanceof TypeError || error instanceof RangeError;
    console.error(`dynamo-operator: ${isBug ? (error.stack ?? error.message) : error.message}`);
    Deno.exit(error instanceof UsageError ? 2 : 1);
  }
}
