// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { fitLine, type Line, paintLine, say, wrapLine } from "./line.ts";

const LINE: Line = [{ text: "graph " }, { text: "chat", tone: "good" }];

Deno.test("a line is painted in colours only where they are wanted", () => {
  assertEquals(paintLine(LINE, false), "graph chat");
  assertEquals(paintLine(LINE, true), "graph \x1b[32mchat\x1b[0m");
});

Deno.test("a line that fits is left as it is", () => {
  assertEquals(fitLine(LINE, 10), LINE);
});

Deno.test("a line that is too long ends with an ellipsis in the last column", () => {
  assertEquals(paintLine(fitLine(LINE, 9), false), "graph ch…");
  assertEquals(paintLine(fitLine(LINE, 4), false), "gra…");
  assertEquals(paintLine(fitLine(say("abc"), 0), false), "");
});

Deno.test("a long line goes on below, in the tone it had", () => {
  const wrapped = (columns: number) =>
    wrapLine([{ text: "✓ ", tone: "good" }, { text: "gone after 1 s" }], columns, "  ");
  assertEquals(wrapped(10).map((line) => paintLine(line, false)), ["✓ gone", "  after 1", "  s"]);
  assertEquals(paintLine(wrapped(80)[0] ?? [], true), "\x1b[32m✓ \x1b[0mgone after 1 s");
  assertEquals(wrapped(80).length, 1);
  assertEquals(wrapLine([], 80, "  "), [[]]);
});
