import { type Progress, standardErrorProgress } from "../../devcluster/toolchain/progress.ts";
import { paintLine, say, wrapLine } from "./line.ts";

const INDENT = "  ";

/** How far the building of the control plane is, on standard error, indented like the rest of a step. */
export function buildProgress(): Progress {
  const inner = standardErrorProgress();
  // A terminal that does not know its size says 0.
  const columns = Deno.stderr.isTerminal() ? Deno.consoleSize().columns || Infinity : Infinity;
  return {
    update: (task, line) => inner.update(task, INDENT + line),
    note(line) {
      for (const part of wrapLine(say(line), columns - INDENT.length, "")) {
        inner.note(INDENT + paintLine(part, false));
      }
    },
  };
}
