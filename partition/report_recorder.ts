import type { Clock } from "../kube/clock.ts";
import { type DeletionReport, NOTHING_DONE } from "./report.ts";

/** What one request consumed, as DynamoDB reports it; absent where the endpoint does not. */
export interface Consumed {
  CapacityUnits?: number | undefined;
}

/** Adds up what a run does. */
export interface ReportRecorder {
  report(): DeletionReport;
  enter(phase: DeletionReport["phase"]): void;
  found(items: number): void;
  /**
   * Told before the request is made. What was sent counts as in flight until it is confirmed, even if DynamoDB handed
   * it back: of an attempt whose answer was lost nobody knows what it did. Less than 0 takes back what was not sent.
   */
  sent(items: number): void;
  confirmed(items: number): void;
  unprocessed(): void;
  throttled(): void;
  read(consumed: Consumed | undefined): void;
  wrote(consumed: readonly Consumed[] | undefined): void;
  /** Returns the last report, which is also the one that `onChange` was called with. */
  end(outcome: NonNullable<DeletionReport["outcome"]>, message: string): DeletionReport;
}

/**
 * @param onChange called with the report whenever something in it changes; before `sent` returns, so that whoever keeps
 *   the report has it written down before the request is made
 */
export function createReportRecorder(
  clock: Clock,
  onChange: (report: DeletionReport) => void,
): ReportRecorder {
  const startedAtMs = clock.now();
  const report: DeletionReport = { ...NOTHING_DONE };
  const snapshot = () => ({ ...report, durationMs: clock.now() - startedAtMs });
  const change = (changes: Partial<DeletionReport>) => {
    Object.assign(report, changes);
    const changed = snapshot();
    onChange(changed);
    return changed;
  };

  return {
    report: snapshot,
    enter: (phase) => change({ phase }),
    found: (itemsFound) => change({ itemsFound }),
    sent: (items) => change({ itemsInFlight: report.itemsInFlight + items }),
    confirmed: (items) =>
      change({
        itemsDeleted: report.itemsDeleted + items,
        itemsInFlight: report.itemsInFlight - items,
      }),
    unprocessed: () => change({ unprocessedRetries: report.unprocessedRetries + 1 }),
    throttled: () => change({ throttledRequests: report.throttledRequests + 1 }),
    read: (consumed) =>
      change({ consumedReadUnits: report.consumedReadUnits + (consumed?.CapacityUnits ?? 0) }),
    wrote: (consumed = []) =>
      change({
        consumedWriteUnits: consumed.reduce(
          (sum, { CapacityUnits = 0 }) => sum + CapacityUnits,
          report.consumedWriteUnits,
        ),
      }),
    end: (outcome, message) => change({ phase: "Ended", outcome, message }),
  };
}
