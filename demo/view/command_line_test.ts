// @ts-types="../../types/std/assert.d.ts"
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

Deno.test("a long command goes on in indented lines after a backslash", () => {
  const lines = commandLines(["kubectl", "patch", "dgd", "chat", "--type=merge"], 20);
  assertEquals(lines, ["kubectl patch dgd \\", "    chat \\", "    --type=merge"]);
});
