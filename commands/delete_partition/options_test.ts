// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { readDeletePartitionOptions } from "./options.ts";
import { UsageError } from "../cli/usage_error.ts";

function read(...flags: string[]) {
  const args = ["--table-name=Orders", "--partition-value=TENANT", ...flags];
  return readDeletePartitionOptions(args, () => undefined);
}

Deno.test("a deadline may be as far off as a timer can wait, and no further", () => {
  assertEquals(read("--deadline=596h").deadlineMs, 596 * 3_600_000);
  assertEquals(read(`--deadline=${2 ** 31 - 1}ms`).deadlineMs, 2 ** 31 - 1);
  const message = 'Flag "--deadline" takes at most 596h';
  for (const tooFar of [`${2 ** 31}ms`, "597h", "720h", `${"9".repeat(400)}h`]) {
    assertThrows(() => read(`--deadline=${tooFar}`), UsageError, message);
  }
});

Deno.test("no deadline, and one of nothing, let a run go on until it is done", () => {
  assertEquals(read().deadlineMs, undefined);
  assertEquals(read("--deadline=0").deadlineMs, undefined);
});
