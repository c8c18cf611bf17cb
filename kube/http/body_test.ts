// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { bodyPieces, bodyText, bodyTexts } from "./body.ts";
import { createByteReader } from "./byte_reader.ts";
import type { Framing } from "./response_head.ts";

/** Returns a reader that receives `bytes` in pieces with these lengths. All further pieces have one byte. */
function readerOf(bytes: Uint8Array, lengths: readonly number[] = []) {
  let at = 0;
  let piece = 0;
  return createByteReader((into) => {
    if (at === bytes.length) return Promise.resolve(null);
    const count = Math.min(lengths[piece++] ?? 1, into.length, bytes.length - at);
    into.set(bytes.subarray(at, at + count));
    at += count;
    return Promise.resolve(count);
  });
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

function chunked(text: string, lengths: readonly number[]): Uint8Array {
  let rest = bytesOf(text);
  const parts: number[] = [];
  const add = (bytes: Iterable<number>) => {
    for (const byte of bytes) parts.push(byte);
  };
  for (const length of [...lengths, rest.length]) {
    const chunk = rest.subarray(0, length);
    rest = rest.subarray(length);
    if (chunk.length === 0) continue;
    add(bytesOf(`${chunk.length.toString(16)};name="value"\r\n`));
    add(chunk);
    add(bytesOf("\r\n"));
  }
  add(bytesOf("0\r\nTrailer: x\r\n\r\n"));
  return Uint8Array.from(parts);
}

const textOf = (bytes: Uint8Array, framing: Framing, lengths?: readonly number[]) =>
  bodyText(readerOf(bytes, lengths), framing);

Deno.test("a body is complete, however its chunks and the packets are cut", async () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 50_000 }), { maxLength: 6 });
  const text = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 200 }),
    fc.integer({ min: 0, max: 60_000 }).map((length) => "ä".repeat(length)),
  );
  await fc.assert(
    fc.asyncProperty(text, lengths, lengths, async (text, chunks, packets) => {
      const encoded = chunked(text, chunks);
      assertEquals(await textOf(encoded, "chunked", [...packets, Infinity]), text);
      const texts = bodyTexts(bodyPieces(readerOf(encoded, [...packets, 100_000]), "chunked"));
      assertEquals((await Array.fromAsync(texts)).join(""), text);
      const bytes = bytesOf(text);
      assertEquals(await textOf(bytes, bytes.length, [...packets, Infinity]), text);
      assertEquals(await textOf(bytes, "until closed", [...packets, Infinity]), text);
    }),
    { numRuns: 50 },
  );
});

Deno.test("a body that is cut at any byte is an error", async () => {
  const encoded = chunked("abcdefghij", [3]);
  for (let length = 0; length < encoded.length; length++) {
    await assertRejects(() => textOf(encoded.subarray(0, length), "chunked"), Error);
  }
  await assertRejects(() => textOf(bytesOf("abc"), 4), Error, "connection closed before message");
});

Deno.test("a body leaves the bytes after its end", async () => {
  const reader = readerOf(bytesOf("2\r\nab\r\n0\r\n\r\nHTTP/1.1 200"), [100]);
  assertEquals(await bodyText(reader, "chunked"), "ab");
  assertEquals(reader.hasBytes(), true);
  const exact = readerOf(bytesOf("abc"), [100]);
  assertEquals(await bodyText(exact, 2), "ab");
  assertEquals(exact.hasBytes(), true);
});

for (
  const [encoded, problem] of [
    ["xyz\r\nab", "a chunk has no size"],
    ["-1\r\nab", "a chunk has no size"],
    ["1\r\nab\r\n", "a chunk is longer than its size"],
    [`${"0".repeat(70_000)}`, "the head or a chunk line exceeds 65536 bytes"],
  ] as const
) {
  Deno.test(`a chunked body is refused if ${problem} (${encoded.slice(0, 9).trim()})`, async () => {
    await assertRejects(() => textOf(bytesOf(encoded), "chunked", [70_000]), Error, problem);
  });
}
