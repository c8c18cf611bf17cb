// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { decodeGraph } from "../testing/objects.ts";
import { say } from "./line.ts";
import { createScreen } from "./screen.ts";
import { treeOf } from "./tree.ts";

function recorded(size: { columns: number; rows: number } | undefined) {
  const output = { text: "" };
  const screen = createScreen({
    write: (text) => output.text += text,
    colours: false,
    size: () => size,
  });
  const take = () => {
    const text = output.text;
    output.text = "";
    return text;
  };
  return { screen, take };
}

const TERMINAL = { columns: 80, rows: 24 };

Deno.test("without a terminal each change is one line, and nothing is written where nothing changed", () => {
  const { screen, take } = recorded(undefined);
  screen.tree(treeOf(decodeGraph(1)), "waiting");
  assertEquals(take().split("\n").length - 1, 3);
  screen.tree(treeOf(decodeGraph(1)), "still waiting");
  assertEquals(take(), "");
  screen.endTree(treeOf(decodeGraph(2)));
  assertEquals(take().split("\n").slice(0, 4), [
    "  graph chat: 2/2 ready, successful",
    "  component chat-decode: 2/2 ready, Available",
    "  Deployment chat-decode: 2/2 ready, rolled out",
    "  OBJECT                         READY   STATE",
  ]);
});

Deno.test("on a terminal the tree is drawn over the one before", () => {
  const { screen, take } = recorded(TERMINAL);
  screen.tree(treeOf(decodeGraph(1)), "waiting");
  const first = take();
  // Heading, five objects, the line beside, what is waited for.
  assertEquals(first.split("\n").length - 1, 8);
  assertEquals(first.startsWith("  OBJECT"), true);
  screen.tree(treeOf(decodeGraph(2)), "waiting");
  assertEquals(take().startsWith("\r\x1b[8A\x1b[J"), true);
});

Deno.test("a tree that stays is not drawn over", () => {
  const { screen, take } = recorded(TERMINAL);
  screen.tree(treeOf(decodeGraph(1)), "waiting");
  take();
  screen.endTree(treeOf(decodeGraph(2)));
  assertEquals(take().startsWith("\r\x1b[8A\x1b[J"), true);
  screen.tree(treeOf(decodeGraph(2)), "waiting");
  assertEquals(take().startsWith("  OBJECT"), true);
});

Deno.test("a line that stays takes the place of a tree that does not", () => {
  const { screen, take } = recorded(TERMINAL);
  screen.tree(treeOf(decodeGraph(1)), "waiting");
  take();
  screen.line(say("Interrupted"));
  assertEquals(take(), "\r\x1b[8A\x1b[J  Interrupted\n");
});

Deno.test("a tree higher than the terminal shows its end, in lines that do not wrap", () => {
  const { screen, take } = recorded({ columns: 30, rows: 4 });
  screen.tree(treeOf(decodeGraph(1)), "waiting");
  const lines = take().trimEnd().split("\n");
  assertEquals(lines, ["        └─ pod pod-b        …", "  and 1 Service", "  waiting"]);
});

Deno.test("commands and lines are indented below their heading", () => {
  const { screen, take } = recorded(TERMINAL);
  screen.heading("1/8  A graph");
  screen.command(["kubectl", "get", "pods"]);
  screen.line(say("done"));
  assertEquals(take(), "\n1/8  A graph\n  $ kubectl get pods\n  done\n");
});

Deno.test("a terminal that says it has no columns is written to as one of unknown width", () => {
  for (const size of [{ columns: 0, rows: 24 }, { columns: 0, rows: 0 }]) {
    const { screen, take } = recorded(size);
    screen.command(["kubectl", "get", "pods"]);
    screen.line(say("gone after 1 s"));
    assertEquals(take(), "  $ kubectl get pods\n  gone after 1 s\n");
    screen.tree(treeOf(decodeGraph(1)), "waiting");
    assertEquals(take().split("\n")[0], "  graph chat: 1/2 ready, pending");
  }
});
