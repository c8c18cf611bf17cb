export interface Progress {
  /** Shows the progress of a task: the first line at once, later lines only at intervals. */
  update(task: string, line: string): void;
  /** Shows a message on a separate line, without delay. */
  note(line: string): void;
}

export interface ProgressOptions {
  write(text: string): void;
  /** Width of the terminal; undefined if the output is a file or a pipe. */
  columns: number | undefined;
  nowMs(): number;
  /** Spaces before each line. */
  indent?: string;
}

const CLEAR_LINE = "\r\x1b[K";
const REDRAW_INTERVAL_MS = 100;
const LOG_INTERVAL_MS = 10_000;

/** Returns a `Progress`. On a terminal, it redraws one line. In a file or pipe, it adds a line every ten seconds. */
export function createProgress(options: ProgressOptions): Progress {
  const { write, columns, nowMs, indent = "" } = options;
  const intervalMs = columns === undefined ? LOG_INTERVAL_MS : REDRAW_INTERVAL_MS;
  let shownAtMs = 0;
  let shownTask: string | undefined;
  return {
    update(task, line) {
      if (task === shownTask && nowMs() - shownAtMs < intervalMs) return;
      shownAtMs = nowMs();
      shownTask = task;
      const text = indent + line;
      // Truncates the text to the width of the terminal, because CLEAR_LINE clears only the last row of a wrapped line.
      write(columns === undefined ? `${text}\n` : CLEAR_LINE + text.slice(0, columns - 1));
    },
    note: (line) => write(`${columns === undefined ? "" : CLEAR_LINE}${indent}${line}\n`),
  };
}

/** Shows progress on standard error, because standard output is for results. */
export function standardErrorProgress(indent = ""): Progress {
  const encoder = new TextEncoder();
  return createProgress({
    write: (text) => Deno.stderr.writeSync(encoder.encode(text)),
    // Some pseudo-terminals report a width of 0. The default is then 80 columns.
    columns: Deno.stderr.isTerminal() ? Deno.consoleSize().columns || 80 : undefined,
    nowMs: () => Date.now(),
    indent,
  });
}
