// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertThrows } from "@std/assert";
import { DeletionFailure } from "./deletion_failure.ts";
import { checkValueDigest, valueDigest } from "./value_digest.ts";

Deno.test("a value matches only its own digest, and the digest does not contain the value", () => {
  const digest = valueDigest("TENANT-7", "uid-1");
  checkValueDigest("TENANT-7", digest);
  checkValueDigest("any", "");
  assert(!digest.includes("TENANT"), digest);
  const failure = assertThrows(() => checkValueDigest("TENANT-8", digest), DeletionFailure);
  assertEquals([failure.outcome, failure.retryable], ["ValueReplaced", false]);
  assert(!failure.message.includes("TENANT"), failure.message);
});

Deno.test("the digests of one value with different salts differ", () => {
  const [one, other] = ["uid-1", "uid-2"].map((salt) => valueDigest("1", salt).split(":")[1]);
  assert(one !== other);
});
