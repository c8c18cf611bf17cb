// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { fitLine, type Line, paintLine, say } from "./line.ts";

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
