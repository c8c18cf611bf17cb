import { getLogger } from "@logtape/logtape";
import { progressLine } from "../../partition/progress_text.ts";
import type { DeletionReport } from "../../partition/report.ts";

const REDRAW_MS = 200;
const LOG_MS = 10_000;
const CLEAR_LINE = "\r\x1b[K";

/** Display of a deletion's progress. Its disposal clears the terminal line. */
export interface DeletionProgress extends Disposable {
  show(report: DeletionReport): void;
}

/** Returns a display: one redrawn line on a terminal, otherwise a log line per phase and every ten seconds. */
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
