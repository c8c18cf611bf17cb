// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { createProgress } from "./progress.ts";

function recorder(columns: number | undefined) {
  const written: string[] = [];
  const clock = { nowMs: 1000 };
  const progress = createProgress({
    write: (text) => void written.push(text),
    columns,
    nowMs: () => clock.nowMs,
  });
  return { written, clock, progress };
}

Deno.test("a log contains a line for each new task and one every ten seconds", () => {
  const { written, clock, progress } = recorder(undefined);
  progress.update("etcd", "etcd: 1");
  clock.nowMs += 9_999;
  progress.update("etcd", "etcd: 2");
  clock.nowMs += 1;
  progress.update("etcd", "etcd: 3");
  progress.update("kwok", "kwok: 1");
  progress.note("done");
  assertEquals(written, ["etcd: 1\n", "etcd: 3\n", "kwok: 1\n", "done\n"]);
});

Deno.test("a terminal shows one line that is redrawn and never wraps", () => {
  const { written, clock, progress } = recorder(8);
  progress.update("etcd", "etcd: 1 of 100");
  clock.nowMs += 50;
  progress.update("etcd", "etcd: 2 of 100");
  clock.nowMs += 50;
  progress.update("etcd", "etcd: 3 of 100");
  progress.note("done");
  assertEquals(written, ["\r\x1b[Ketcd: 1", "\r\x1b[Ketcd: 3", "\r\x1b[Kdone\n"]);
});
