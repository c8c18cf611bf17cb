import { type DeletionReport, NOTHING_DONE } from "../../../partition/report.ts";

/** Returns the first report of a pod, with these changes. */
export function report(change: Partial<DeletionReport> = {}): DeletionReport {
  return { ...NOTHING_DONE, ...change };
}
