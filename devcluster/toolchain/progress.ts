/** Where the toolchain tells people what it is doing. */
export interface Progress {
  /** The newest state of a task; called often, shown as is fit. A new task is always shown. */
  update(task: string, line: string): void;
  /** A line that is shown in any case. */
  note(line: string): void;
}

export interface ProgressOptions {
  write(text: string): void;
  /** Columns of the terminal; undefined when the output is a file or a pipe. */
  columns: number | undefined;
  nowMs(): number;
}

const CLEAR_LINE = "\r\x1b[K";
const REDRAW_INTERVAL_MS = 100;
const LOG_INTERVAL_MS = 10_000;

/** On a terminal one line that is redrawn; elsewhere a line for each new task and every ten seconds. */
export function createProgress({ write, columns, nowMs }: ProgressOptions): Progress {
  const intervalMs = columns === undefined ? LOG_INTERVAL_MS : REDRAW_INTERVAL_MS;
  let shownAtMs = 0;
  let shownTask: string | undefined;
  return {
    update(task, line) {
      if (task === shownTask && nowMs() - shownAtMs < intervalMs) return;
      shownAtMs = nowMs();
      shownTask = task;
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
    // Some pseudo-terminals have no size and say 0.
    columns: Deno.stderr.isTerminal() ? Deno.consoleSize().columns || 80 : undefined,
    nowMs: () => Date.now(),
  });
}
