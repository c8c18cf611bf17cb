import { type DeletionReport, NOTHING_DONE } from "../../../partition/report.ts";

/** A report of a run that has just begun, changed as the test wants it. */
export function report(change: Partial<DeletionReport> = {}): DeletionReport {
  return { ...NOTHING_DONE, ...change };
}
