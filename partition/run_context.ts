import type { Clock } from "../kube/clock.ts";
import type { DynamoDb } from "./dynamodb.ts";
import type { Retry } from "./retry.ts";
import type { ReportRecorder } from "./report_recorder.ts";

/** What every step of a run is given. */
export interface RunContext {
  db: DynamoDb;
  retry: Retry;
  recorder: ReportRecorder;
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
  /** Aborted, with a DeletionFailure as its reason, when the run must end; what is under way is finished first. */
  stop: AbortSignal;
}
