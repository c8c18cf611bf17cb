// @ts-types="../types/std/fmt.d.ts"
import { bold, cyan, dim, green, red, setColorEnabled } from "@std/fmt/colors";
import { commandLines } from "./command_line.ts";

/** Prints the text of the demo: a heading for each step, and indented lines below the heading. */
export interface Output {
  heading(text: string): void;
  success(text: string): void;
  failure(text: string): void;
  note(text: string): void;
  /** Prints lines with an indent, but otherwise unchanged. */
  lines(lines: readonly string[]): void;
  /** Prints a command that can be pasted into a shell. */
  command(words: readonly string[]): void;
  /** Prints the output of a command. On a terminal, each line is cut to the width of the terminal. */
  commandOutput(text: string): void;
}

export interface OutputOptions {
  write(text: string): void;
  /** Returns the width of the terminal; undefined if the output is a file or a pipe. */
  columns(): number | undefined;
}

const INDENT = "  ";
/** Maximum line length of printed commands if the width of the output is unknown. */
const DEFAULT_COLUMNS = 100;

export function createOutput({ write, columns }: OutputOptions): Output {
  const print = (lines: readonly string[]) =>
    write(lines.map((line) => line === "" ? "\n" : `${INDENT}${line}\n`).join(""));
  const fit = (line: string) => {
    const width = (columns() ?? Infinity) - INDENT.length - 1;
    return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
  };
  return {
    heading: (text) => write(`\n${bold(text)}\n`),
    success: (text) => print([`${green("✓")} ${text}`]),
    failure: (text) => print([`${red("✗")} ${text}`]),
    note: (text) => print([dim(text)]),
    lines: print,
    command(words) {
      const width = (columns() ?? DEFAULT_COLUMNS) - INDENT.length - 2;
      print(
        commandLines(words, width).map((line, index) =>
          `${dim(index === 0 ? "$ " : "  ")}${cyan(line)}`
        ),
      );
    },
    commandOutput(text) {
      const lines = text === "" ? [] : text.trimEnd().split("\n");
      print(lines.map((line) => line === "" ? "" : dim(fit(line))));
    },
  };
}

/** Returns an `Output` that writes to the standard output of this process, with colours only on a terminal. */
export function standardOutput(): Output {
  const terminal = Deno.stdout.isTerminal() && Deno.env.get("TERM") !== "dumb";
  setColorEnabled(terminal && !Deno.env.get("NO_COLOR"));
  return createOutput({
    write: (text) => writeAll(new TextEncoder().encode(text)),
    // Some pseudo-terminals report a width of 0, which means that the width is unknown.
    columns: () => terminal ? Deno.consoleSize().columns || undefined : undefined,
  });
}

function writeAll(bytes: Uint8Array) {
  try {
    for (let written = 0; written < bytes.length;) {
      written += Deno.stdout.writeSync(bytes.subarray(written));
    }
  } catch (error) {
    // The program that reads the pipe, for example `head`, has exited. The demo continues, because it must clean up.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
