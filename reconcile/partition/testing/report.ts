import { type DeletionReport, NOTHING_DONE } from "../../../partition/report.ts";

/** Returns the report of a pod that has just started, with these changes. */
export function report(change: Partial<DeletionReport> = {}): DeletionReport {
  return { ...NOTHING_DONE, ...change };
}
