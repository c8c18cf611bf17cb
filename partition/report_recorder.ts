import type { Clock } from "../kube/clock.ts";
import { type DeletionReport, NOTHING_DONE } from "./report.ts";

/** Consumed capacity of one request, as DynamoDB reports it. */
export interface Consumed {
  /** Capacity units. Absent if the endpoint does not report capacity. */
  CapacityUnits?: number | undefined;
}

/** Updates the report of a deletion. Each method except `report` records one event of the deletion. */
export interface ReportRecorder {
  report(): DeletionReport;
  enter(phase: DeletionReport["phase"]): void;
  found(items: number): void;
  /**
   * Records that items are about to be sent for the first time. The items are in flight until DynamoDB confirms their
   * deletion. Unprocessed items also stay in flight, because an earlier attempt with a lost response may have deleted
   * them. A negative number subtracts items that were not sent.
   */
  sent(items: number): void;
  /** Records that DynamoDB has confirmed the deletion of items. */
  confirmed(items: number): void;
  /** Records that DynamoDB has returned items of a batch as unprocessed. */
  unprocessed(): void;
  throttled(): void;
  read(consumed: Consumed | undefined): void;
  wrote(consumed: readonly Consumed[] | undefined): void;
  /** Records that the deletion has stopped or is complete. Returns the final report. */
  end(outcome: NonNullable<DeletionReport["outcome"]>, message: string): DeletionReport;
}

/**
 * Creates the recorder of one deletion. Each method except `report` calls `onChange` with the new report before it
 * returns. Therefore, the report is stored before the caller sends its request.
 */
export function createReportRecorder(
  clock: Clock,
  onChange: (report: DeletionReport) => void,
): ReportRecorder {
  const startedAtMs = clock.now();
  const report: DeletionReport = { ...NOTHING_DONE };
  const snapshot = () => ({ ...report, durationMs: Math.round(clock.now() - startedAtMs) });
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
