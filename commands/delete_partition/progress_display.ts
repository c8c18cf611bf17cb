import { getLogger } from "@logtape/logtape";
import type { DeletionReport } from "../../partition/report.ts";

const REDRAW_MS = 200;
const LOG_MS = 10_000;
const CLEAR_LINE = "\r\x1b[K";

/** Shows the progress of a deletion. The `dispose` method clears the progress line on the terminal. */
export interface DeletionProgress extends Disposable {
  show(report: DeletionReport): void;
}

/**
 * Returns a progress display. On a terminal, it updates a single line. Otherwise, it writes a log line at each new
 * phase and every ten seconds.
 */
export function showProgress(): DeletionProgress {
  return Deno.stderr.isTerminal() ? progressBar() : progressLog();
}

function progressBar(): DeletionProgress {
  const encoder = new TextEncoder();
  const write = (text: string) => Deno.stderr.writeSync(encoder.encode(text));
  let shownAtMs = -REDRAW_MS;
  return {
    show(report) {
      if (performance.now() - shownAtMs < REDRAW_MS) return;
      shownAtMs = performance.now();
      write(CLEAR_LINE + progressLine(report, Deno.consoleSize().columns || 80));
    },
    [Symbol.dispose]: () => void write(CLEAR_LINE),
  };
}

function progressLog(): DeletionProgress {
  const log = getLogger(["dynamo-operator", "delete-partition"]);
  let shownAtMs = performance.now();
  let shownPhase: DeletionReport["phase"] = "Starting";
  return {
    show(report) {
      const { phase, itemsDeleted, itemsFound = "?", itemsInFlight, throttledRequests } = report;
      if (phase === shownPhase && performance.now() - shownAtMs < LOG_MS) return;
      shownAtMs = performance.now();
      shownPhase = phase;
      if (phase === "Ended") return;
      log.info(`${phase}: {itemsDeleted} of {itemsFound} items deleted`, {
        ...{ phase, itemsDeleted, itemsFound, itemsInFlight, throttledRequests },
      });
    },
    [Symbol.dispose]: () => {},
  };
}

const BAR_CELLS = 30;

/** Returns the progress as one terminal line: the phase, with a bar and counts once the number of items is known. */
export function progressLine(report: DeletionReport, columns: number): string {
  const { phase, itemsFound, itemsDeleted, throttledRequests, durationMs } = report;
  const parts: string[] = [phase];
  if (itemsFound !== undefined) {
    const share = itemsFound === 0 ? 1 : Math.min(1, itemsDeleted / itemsFound);
    const full = Math.floor(share * BAR_CELLS);
    parts.push(`[${"█".repeat(full)}${"░".repeat(BAR_CELLS - full)}]`);
    parts.push(`${Math.floor(share * 100)}%`, `${count(itemsDeleted)} of ${count(itemsFound)}`);
  }
  const perSecond = durationMs > 0 ? itemsDeleted / durationMs * 1000 : 0;
  if (perSecond > 0) parts.push(`${count(Math.round(perSecond))}/s`);
  if (throttledRequests > 0) parts.push(`${count(throttledRequests)} throttled`);
  return parts.join(" ").slice(0, Math.max(0, columns - 1));
}

/** Returns the result of a deletion as a few lines of text for a terminal. */
export function resultText(report: DeletionReport): string {
  const { outcome, message, itemsFound, itemsDeleted, itemsInFlight, durationMs } = report;
  const lines = [`${outcome}: ${message}`];
  if (itemsFound !== undefined) {
    lines.push(
      `  items found     ${count(itemsFound)}`,
      `  items deleted   ${count(itemsDeleted)}`,
    );
  }
  if (itemsInFlight > 0) lines.push(`  unconfirmed     ${count(itemsInFlight)}`);
  lines.push(
    `  read units      ${count(report.consumedReadUnits)}`,
    `  write units     ${count(report.consumedWriteUnits)}`,
    `  throttled       ${count(report.throttledRequests)}`,
    `  resent batches  ${count(report.unprocessedRetries)}`,
    `  time            ${(durationMs / 1000).toFixed(1)} s`,
  );
  return lines.join("\n");
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
