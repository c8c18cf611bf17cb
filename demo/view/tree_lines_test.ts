// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { paintLine } from "./line.ts";
import { decodeGraph } from "../testing/objects.ts";
import { treeOf } from "./tree.ts";
import { changedLines, treeLines } from "./tree_lines.ts";

const text = (lines: ReturnType<typeof treeLines>) => lines.map((line) => paintLine(line, false));

Deno.test("the tree is laid out in aligned columns", () => {
  assertEquals(
    text(treeLines(treeOf(decodeGraph(1)))),
    [
      "OBJECT                         READY   STATE",
      "graph chat                     1/2     pending",
      "└─ component chat-decode       1/2     DeploymentNotReady",
      "   └─ Deployment chat-decode   1/2     rolling out",
      "      ├─ pod pod-a             1/1     Running",
      "      └─ pod pod-b             0/1     Pending",
      "and 1 Service",
    ],
  );
});

Deno.test("only objects in another state make a line, and pods never do", () => {
  const [before, after] = [treeOf(decodeGraph(1)), treeOf(decodeGraph(2))];
  assertEquals(changedLines(before, before), []);
  assertEquals(text(changedLines(before, after)), [
    "graph chat: 2/2 ready, successful",
    "component chat-decode: 2/2 ready, Available",
    "Deployment chat-decode: 2/2 ready, rolled out",
  ]);
});

Deno.test("objects that went away are told", () => {
  const after = treeOf(
    decodeGraph(2).filter(({ kind }) => kind !== "Deployment" && kind !== "Pod"),
  );
  assertEquals(text(changedLines(treeOf(decodeGraph(2)), after)), ["Deployment chat-decode: gone"]);
});

Deno.test("an empty tree has no lines", () => {
  assertEquals(treeLines(treeOf([])), []);
});
