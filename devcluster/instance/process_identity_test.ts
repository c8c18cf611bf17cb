// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import {
  hasEnded,
  identify,
  isAlive,
  isNoSuchProcess,
  signal,
  startTicks,
} from "./process_identity.ts";

const STAT = "4711 (a) R (b) S 1 4711 4711 0 -1 4194560 1 0 0 0 2 1 0 0 20 0 9 0 183063 1 2 3";

Deno.test("the start time is parsed after a name with spaces and parentheses", () => {
  assertEquals(startTicks(STAT), "183063");
});

Deno.test("a zombie counts as stopped", () => {
  assertEquals(startTicks(STAT.replace(") S ", ") Z ")), undefined);
});

Deno.test("a process is identified by its ID and its start time", async () => {
  const child = new Deno.Command("sleep", { args: ["600"] }).spawn();
  const identity = await identify(child.pid);
  const other = { pid: child.pid, startedAt: "long ago" };
  try {
    assertEquals(identity?.pid, child.pid);
    assertEquals(await isAlive(other), false);
    await signal(other, "SIGKILL");
    assertEquals(identity && await isAlive(identity), true);
  } finally {
    if (identity !== undefined) await signal(identity, "SIGKILL");
  }
  assertEquals((await child.status).signal, "SIGKILL");
  assertEquals(identity && await hasEnded(identity, 10_000), true);
  assertEquals(await identify(child.pid), undefined);
});

Deno.test("a process that ends while its file in /proc is read does not exist", () => {
  const message = "No such process (os error 3): readfile '/proc/18899/stat'";
  assertEquals(isNoSuchProcess(new Error(message)), true);
  assertEquals(isNoSuchProcess(new Error("Permission denied (os error 13)")), false);
});
