import { systemClock } from "../../kube/clock.ts";
import { listenForStop } from "./stop_listener.ts";

/**
 * Runs `dynamo-operator delete-partition`: deletes one partition of a DynamoDB table. It listens for signals before it
 * loads the AWS SDK, which takes a while: without a handler, the kernel ignores signals to the first process of a
 * container.
 *
 * @returns the exit code
 * @throws {UsageError} for an invalid command line
 */
export async function deletePartitionCommand(args: readonly string[]): Promise<number> {
  using stop = listenForStop(systemClock);
  const { runDeletionCommand } = await import("./run_deletion.ts");
  return await runDeletionCommand(args, stop);
}
