// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { parseCliArgs, UsageError } from "./cli_args.ts";

Deno.test("commands and their flags are parsed", () => {
  assertEquals(parseCliArgs(["up"]), { command: "up", name: "default", addons: [] });
  assertEquals(parseCliArgs(["up", "--name", "a", "--with", "x,y"]), {
    command: "up",
    name: "a",
    addons: ["x", "y"],
  });
  assertEquals(parseCliArgs(["kubeconfig", "--name=b"]), { command: "kubeconfig", name: "b" });
  assertEquals(parseCliArgs(["bin"]), { command: "bin" });
  assertEquals(parseCliArgs(["down"]), { command: "down", name: "default" });
  assertEquals(parseCliArgs(["down", "--all"]), { command: "down", all: true });
});

Deno.test("a wrong command line is refused", () => {
  const refused: [string[], string][] = [
    [[], `Unknown command ""`],
    [["start"], `Unknown command "start"`],
    [["toString"], `Unknown command "toString"`],
    [["up", "--nodes", "3"], "--nodes"],
    [["up", "extra"], "extra"],
    [["bin", "--name", "a"], "--name"],
    [["down", "--all", "--name", "a"], "not both"],
  ];
  for (const [args, message] of refused) {
    assertThrows(() => parseCliArgs(args), UsageError, message);
  }
});
