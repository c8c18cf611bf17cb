import { type DeletionReport, NOTHING_DONE } from "../../../partition/report.ts";

export function report(change: Partial<DeletionReport> = {}): DeletionReport {
  return { ...NOTHING_DONE, ...change };
}
