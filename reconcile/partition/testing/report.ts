import type { DeletionReport } from "../../../partition/report.ts";

/** A report of a run that has just begun, changed as the test wants it. */
export function report(change: Partial<DeletionReport> = {}): DeletionReport {
  return {
    phase: "Starting",
    itemsDeleted: 0,
    itemsInFlight: 0,
    unprocessedRetries: 0,
    throttledRequests: 0,
    consumedReadUnits: 0,
    consumedWriteUnits: 0,
    durationMs: 0,
    ...change,
  };
}
