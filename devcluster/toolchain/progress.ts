import { type BuildProgress, progressText } from "./progress_text.ts";

/** Where the toolchain tells people what it is doing. */
export interface Progress {
  /** Called often; shows the newest state as is fit. */
  update(progress: BuildProgress): void;
  /** A line that is shown in any case. */
  note(line: string): void;
}

export interface ProgressOptions {
  write(text: string): void;
  /** Columns of the terminal; undefined when the output is a file or a pipe. */
  columns: number | undefined;
  nowMs(): number;
  /** Pause between two lines where there is no terminal. */
  logIntervalMs?: number;
}

const CLEAR_LINE = "\r\x1b[K";
const REDRAW_INTERVAL_MS = 100;

/** On a terminal one line that is redrawn; elsewhere one line at each new program and every ten seconds. */
export function createProgress(options: ProgressOptions): Progress {
  const { write, columns, nowMs, logIntervalMs = 10_000 } = options;
  const intervalMs = columns === undefined ? logIntervalMs : REDRAW_INTERVAL_MS;
  let shownAtMs = -Infinity;
  let shownProgram = "";
  return {
    update(progress) {
      const due = nowMs() - shownAtMs >= intervalMs || progress.program !== shownProgram;
      if (!due) return;
      shownAtMs = nowMs();
      shownProgram = progress.program;
      const line = progressText(progress);
      // A line wider than the terminal would wrap and could not be cleared again.
      write(columns === undefined ? `${line}\n` : CLEAR_LINE + line.slice(0, columns - 1));
    },
    note(line) {
      write(columns === undefined ? `${line}\n` : `${CLEAR_LINE}${line}\n`);
    },
  };
}

/** Progress on standard error, which leaves standard output to results. */
export function standardErrorProgress(): Progress {
  const encoder = new TextEncoder();
  return createProgress({
    write: (text) => Deno.stderr.writeSync(encoder.encode(text)),
    columns: Deno.stderr.isTerminal() ? Deno.consoleSize().columns : undefined,
    nowMs: () => Date.now(),
  });
}
