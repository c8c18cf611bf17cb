// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
// @ts-types="../types/std/fmt.d.ts"
import { setColorEnabled } from "@std/fmt/colors";
import { createOutput, type Output } from "./output.ts";

function printed(columns: number | undefined, print: (output: Output) => void): string {
  let text = "";
  print(createOutput({ write: (part) => text += part, columns: () => columns }));
  return text;
}

Deno.test("commands and lines are indented below their heading", () => {
  setColorEnabled(false);
  const text = printed(80, (output) => {
    output.heading("1/8  A graph");
    output.command(["kubectl", "get", "pods"]);
    output.commandOutput("NAME\n\na\n");
    output.success("ready");
    output.lines(["a", "", "b"]);
  });
  assertEquals(
    text,
    "\n1/8  A graph\n  $ kubectl get pods\n  NAME\n\n  a\n  ✓ ready\n  a\n\n  b\n",
  );
});

Deno.test("a terminal cuts the output of a command to its width", () => {
  setColorEnabled(false);
  const print = (output: Output) => output.commandOutput("0123456789");
  assertEquals(printed(10, print), "  012345…\n");
  assertEquals(printed(13, print), "  0123456789\n");
  assertEquals(printed(undefined, print), "  0123456789\n");
});

Deno.test("colours are ANSI sequences, which NO_COLOR disables", () => {
  setColorEnabled(true);
  const mark = Deno.noColor ? "✓" : "\x1b[32m✓\x1b[39m";
  assertEquals(printed(80, (output) => output.success("ready")), `  ${mark} ready\n`);
  setColorEnabled(false);
});
