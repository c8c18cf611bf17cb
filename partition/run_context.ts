import type { Clock } from "../kube/clock.ts";
import type { DynamoDb } from "./client.ts";
import type { ReportRecorder } from "./report_recorder.ts";
import type { Retry } from "./retry.ts";

/** Objects that all steps of a run share. */
export interface RunContext {
  db: DynamoDb;
  retry: Retry;
  recorder: ReportRecorder;
  clock: Clock;
  /** Returns a random number in [0, 1). */
  random: () => number;
  /** Ends the run. Its reason is a DeletionFailure. Attempts in flight finish first. */
  stop: AbortSignal;
}
