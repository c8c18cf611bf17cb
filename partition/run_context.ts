import type { Clock } from "../kube/clock.ts";
import type { DynamoDb } from "./client.ts";
import type { ReportRecorder } from "./report_recorder.ts";
import type { Retry } from "./retry.ts";

/** Objects that all steps of a deletion share. */
export interface RunContext {
  db: DynamoDb;
  retry: Retry;
  recorder: ReportRecorder;
  clock: Clock;
  /** Returns a random number in [0, 1). */
  random: () => number;
  /** Stops the deletion after the attempts in flight have finished. The reason of the signal is a DeletionFailure. */
  stop: AbortSignal;
}
