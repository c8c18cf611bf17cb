// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../cli/usage_error.ts";
import { readDeletePartitionOptions } from "./options.ts";

function read(...flags: string[]) {
  const args = ["--table-name=Orders", "--partition-value=TENANT", ...flags];
  return readDeletePartitionOptions(args, () => undefined);
}

Deno.test("the maximum of --deadline is the maximum delay of a timer", () => {
  assertEquals(read("--deadline=596h").deadlineMs, 596 * 3_600_000);
  assertEquals(read(`--deadline=${2 ** 31 - 1}ms`).deadlineMs, 2 ** 31 - 1);
  const message = 'Flag "--deadline" takes at most 596h';
  for (const tooFar of [`${2 ** 31}ms`, "597h", "720h", `${"9".repeat(400)}h`]) {
    assertThrows(() => read(`--deadline=${tooFar}`), UsageError, message);
  }
});

Deno.test("without --deadline, or with a value of 0, the deletion is without a deadline", () => {
  assertEquals(read().deadlineMs, undefined);
  assertEquals(read("--deadline=0").deadlineMs, undefined);
});

Deno.test("an empty --max-items is refused, because the deletion would be unlimited", () => {
  assertEquals(read("--max-items=0").request.maxItems, 0);
  assertThrows(() => read("--max-items="), UsageError, 'Flag "--max-items" is empty');
});

Deno.test("a value with bytes that are not UTF-8 is refused, because it would name another partition", () => {
  assertThrows(
    () => readDeletePartitionOptions(["--table-name=Orders", "-p", "\uFFFDab"], () => undefined),
    UsageError,
    "bytes that are not UTF-8",
  );
});
