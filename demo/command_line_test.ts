// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { commandLines, shellQuote } from "./command_line.ts";

Deno.test("words are quoted only where a shell would change them", () => {
  assertEquals(shellQuote("deployment/chat-decode"), "deployment/chat-decode");
  assertEquals(shellQuote('{"spec":{}}'), `'{"spec":{}}'`);
  assertEquals(shellQuote("it's"), `'it'\\''s'`);
  assertEquals(shellQuote("*=image:1"), "'*=image:1'");
});

Deno.test("a command that fits stays on one line", () => {
  assertEquals(commandLines(["kubectl", "get", "pods"], 80), ["kubectl get pods"]);
});

Deno.test("a long command continues in indented lines after a backslash", () => {
  const lines = commandLines(["kubectl", "patch", "dgd", "chat", "--type=merge"], 20);
  assertEquals(lines, ["kubectl patch dgd \\", "  chat \\", "  --type=merge"]);
});

Deno.test("a short flag stays with its value, and a long first argument with its command", () => {
  assertEquals(commandLines(["kubectl", "get", "pods", "-n", "demo"], 20), [
    "kubectl get pods \\",
    "  -n demo",
  ]);
  assertEquals(commandLines(["export", "A=a-very-long-value"], 10), ["export A=a-very-long-value"]);
  assertEquals(commandLines(["tail", "-f"], 80), ["tail -f"]);
});
