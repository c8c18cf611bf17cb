import { type DeletionReport, NOTHING_DONE } from "../../../partition/report.ts";

/** Returns the report of a run at its start, with these changes. */
export function report(change: Partial<DeletionReport> = {}): DeletionReport {
  return { ...NOTHING_DONE, ...change };
}
