import { commandLines } from "./command_line.ts";
import { fitLine, type Line, paintLine, say, wrapLine } from "./line.ts";
import type { Tree } from "./tree.ts";
import { changedLines, treeLines } from "./tree_lines.ts";

/** Where the story is told. */
export interface Screen {
  /** Begins a step. */
  heading(text: string): void;
  /** A line that stays. */
  line(line: Line): void;
  /** A command, in a form that can be pasted into a shell. */
  command(words: readonly string[], quiet?: boolean): void;
  /** What a command said; cut to the width of the terminal. */
  output(text: string): void;
  /** Shows the newest tree while something is waited for; `waiting` says for what. */
  tree(tree: Tree, waiting: string): void;
  /** The tree as it stays, after which another may begin. */
  endTree(tree: Tree): void;
}

export interface ScreenOptions {
  write(text: string): void;
  colours: boolean;
  /** Size of the terminal; undefined when the output is a file or a pipe. */
  size(): { columns: number; rows: number } | undefined;
}

const INDENT = "  ";
/** Where there is no terminal, or one that does not tell its width. */
const COLUMNS = 100;
const CLEAR_BELOW = "\x1b[J";

/**
 * On a terminal of known size the tree is redrawn in place; elsewhere each change of an object's state is a line, and the whole
 * tree is written when it stays.
 */
export function createScreen({ write, colours, size: sizeOf }: ScreenOptions): Screen {
  let drawn = 0;
  let last: Tree = { rows: [], beside: "" };

  const painted = (lines: readonly Line[]) =>
    lines.map((line) => `${paintLine(line, colours)}\n`).join("");
  const indented = (line: Line): Line => line.length === 0 ? line : [{ text: INDENT }, ...line];
  /** A terminal that does not know its size says 0: nothing can be cut to it or redrawn in it. */
  function size() {
    const terminal = sizeOf();
    return terminal && terminal.columns > 0 && terminal.rows > 0 ? terminal : undefined;
  }
  const columns = () => size()?.columns ?? COLUMNS;
  /** On a terminal a line that is too long would break the table or the redrawing. */
  const fit = (line: Line) => {
    const terminal = size();
    return terminal ? fitLine(indented(line), terminal.columns - 1) : indented(line);
  };

  /** Takes away the tree that is still being redrawn. */
  function clear(): string {
    const sequence = drawn === 0 ? "" : `\r\x1b[${drawn}A${CLEAR_BELOW}`;
    drawn = 0;
    return sequence;
  }

  const stay = (lines: readonly Line[]) => write(clear() + painted(lines));

  /** What has scrolled out of a terminal cannot be redrawn. */
  function redraw(lines: Line[], rows: number) {
    const shown = lines.slice(Math.max(0, lines.length - (rows - 1)));
    stay(shown.map(fit));
    drawn = shown.length;
  }

  return {
    heading: (text) => stay([[], say(text, "strong")]),
    line(line) {
      const terminal = size();
      const lines = terminal ? wrapLine(line, terminal.columns - INDENT.length, INDENT) : [line];
      stay(lines.map(indented));
    },
    command(words, quiet = false) {
      const lines = commandLines(words, columns() - INDENT.length - 2);
      const tone = quiet ? "dim" : "command";
      stay(
        lines.map((text, index) =>
          indented([{ text: index === 0 ? "$ " : "  ", tone: "dim" }, { text, tone }])
        ),
      );
    },
    output(text) {
      const lines = text.trimEnd().split("\n").filter((line) => line !== "");
      stay(lines.map((line) => fit(say(line, "dim"))));
    },
    tree(tree, waiting) {
      const terminal = size();
      if (terminal) redraw([...treeLines(tree), say(waiting, "dim")], terminal.rows);
      else stay(changedLines(last, tree).map(indented));
      last = tree;
    },
    endTree(tree) {
      const changed = size() ? [] : changedLines(last, tree);
      stay([...changed.map(indented), ...treeLines(tree).map(fit)]);
      last = tree;
    },
  };
}

/** The screen of this process: its standard output. */
export function standardOutputScreen(): Screen {
  const encoder = new TextEncoder();
  const terminal = Deno.stdout.isTerminal() && Deno.env.get("TERM") !== "dumb";
  return createScreen({
    write: (text) => writeAll(encoder.encode(text)),
    colours: terminal && !Deno.env.get("NO_COLOR"),
    size: () => terminal ? Deno.consoleSize() : undefined,
  });
}

function writeAll(bytes: Uint8Array) {
  try {
    for (let written = 0; written < bytes.length;) {
      written += Deno.stdout.writeSync(bytes.subarray(written));
    }
  } catch (error) {
    // Whoever read this has gone, as `head` does; the story still goes on to its end, which cleans up.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
