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

Deno.test("keys come in order and in full batches, across short and empty pages", async () => {
  const source = createKeyBuffer(pagesOf([3, 0, 0, 4, 1]), 5);
  const taken = [await source.take(5), await source.take(5), await source.take(5)];
  assertEquals(taken, [[0, 1, 2, 3, 4].map(key), [5, 6, 7].map(key), []]);
});

Deno.test("several takers at the same time get every key once", async () => {
  const source = createKeyBuffer(pagesOf(Array(40).fill(10)), 20);
  const taken: Key[] = [];
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (let keys = await source.take(7); keys.length > 0; keys = await source.take(7)) {
      taken.push(...keys);
    }
  }));
  assertEquals(taken.length, 400);
  assertEquals(new Set(taken.map(({ pk }) => pk?.N)).size, 400);
});

Deno.test("no more is read ahead than was said, however long nobody takes", async () => {
  const read: number[] = [];
  const source = createKeyBuffer(pagesOf(Array(100).fill(10), read), 20);
  await source.take(1);
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert(read.length <= 3, read.join());
});

Deno.test("a failed reading is told to whoever takes next", async () => {
  async function* failing(): AsyncGenerator<Key[]> {
    yield [key(1)];
    await undefined;
    throw new Error("no page");
  }
  const source = createKeyBuffer(failing(), 1);
  assertEquals(await source.take(1), [key(1)]);
  await assertRejects(() => source.take(1), Error, "no page");
  await assertRejects(() => source.take(1), Error, "no page");
});
