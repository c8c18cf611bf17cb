// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Key } from "./key.ts";
import { createKeyBuffer } from "./key_buffer.ts";

const key = (n: number): Key => ({ pk: { N: String(n) } });

async function* pagesOf(sizes: number[], read: number[] = []): AsyncGenerator<Key[]> {
  let n = 0;
  for (const [index, size] of sizes.entries()) {
    await undefined;
    read.push(index);
    yield Array.from({ length: size }, () => key(n++));
  }
}

Deno.test("take() returns keys in their order and in full batches, across short and empty pages", async () => {
  const buffer = createKeyBuffer(pagesOf([3, 0, 0, 4, 1]), 5);
  const taken = [await buffer.take(5), await buffer.take(5), await buffer.take(5)];
  assertEquals(taken, [[0, 1, 2, 3, 4].map(key), [5, 6, 7].map(key), []]);
});

Deno.test("concurrent consumers of the buffer receive every key exactly once", async () => {
  const buffer = createKeyBuffer(pagesOf(Array(40).fill(10)), 20);
  const taken: Key[] = [];
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (let keys = await buffer.take(7); keys.length > 0; keys = await buffer.take(7)) {
      taken.push(...keys);
    }
  }));
  assertEquals(taken.length, 400);
  assertEquals(new Set(taken.map(({ pk }) => pk?.N)).size, 400);
});

Deno.test("the buffer stops reading at its limit while no consumer takes keys", async () => {
  const read: number[] = [];
  const buffer = createKeyBuffer(pagesOf(Array(100).fill(10), read), 20);
  await buffer.take(1);
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert(read.length <= 3, read.join());
});

Deno.test("every take() after a page that could not be read throws the error", async () => {
  async function* failing(): AsyncGenerator<Key[]> {
    yield [key(1)];
    await undefined;
    throw new Error("no page");
  }
  const buffer = createKeyBuffer(failing(), 1);
  assertEquals(await buffer.take(1), [key(1)]);
  await assertRejects(() => buffer.take(1), Error, "no page");
  await assertRejects(() => buffer.take(1), Error, "no page");
});
