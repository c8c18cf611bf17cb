import { systemClock } from "../../kube/clock.ts";
import { listenForStop } from "./stop_listener.ts";

/**
 * `dynamo-operator delete-partition`: deletes one partition of a DynamoDB table. It listens for signals before it loads
 * the rest, which takes a while: a container's first process ends by no signal that nobody listens for.
 *
 * @returns the exit code
 * @throws {UsageError} for a command line that cannot be understood
 */
export async function deletePartitionCommand(args: readonly string[]): Promise<number> {
  using stop = listenForStop(systemClock);
  const { runDeletionCommand } = await import("./run_deletion.ts");
  return await runDeletionCommand(args, stop);
}
