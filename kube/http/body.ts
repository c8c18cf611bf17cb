import { type ByteReader, CLOSED_EARLY } from "./byte_reader.ts";
import type { Framing } from "./response_head.ts";

/**
 * Yields the bytes of a body as they arrive; each piece is valid only until the next piece is requested. Throws if the
 * body is incomplete.
 */
export async function* bodyPieces(
  reader: ByteReader,
  framing: Framing,
): AsyncGenerator<Uint8Array, void> {
  if (framing === "chunked") {
    yield* chunks(reader);
  } else if (framing === "until closed") {
    for (let piece; (piece = await reader.piece(Infinity));) yield piece;
  } else {
    for (let left = framing; left > 0;) {
      const piece = await nextPiece(reader, left);
      left -= piece.length;
      yield piece;
    }
  }
}

async function* chunks(reader: ByteReader): AsyncGenerator<Uint8Array, void> {
  for (let size = await chunkSize(reader); size > 0; size = await chunkSize(reader)) {
    for (let left = size; left > 0;) {
      const piece = await nextPiece(reader, left);
      left -= piece.length;
      yield piece;
    }
    const rest = await reader.textUntil("\r\n");
    if (rest !== "") throw new Error("invalid HTTP response: a chunk is longer than its size");
  }
  // Skips the trailers.
  while (await reader.textUntil("\r\n") !== "");
}

async function nextPiece(reader: ByteReader, maxBytes: number): Promise<Uint8Array> {
  const piece = await reader.piece(maxBytes);
  if (!piece) throw new Error(CLOSED_EARLY);
  return piece;
}

/** Reads the line before a chunk: its size in hexadecimal digits, then optional extensions. */
async function chunkSize(reader: ByteReader): Promise<number> {
  const line = await reader.textUntil("\r\n");
  const [, digits] = /^([0-9a-f]{1,12})[ \t]*(?:;.*)?$/i.exec(line) ?? [];
  if (digits === undefined) throw new Error("invalid HTTP response: a chunk has no size");
  return Number.parseInt(digits, 16);
}

/** Reads a whole body as text. */
export async function bodyText(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  let bytes = new Uint8Array(8_192);
  let length = 0;
  for await (const piece of pieces) {
    if (length + piece.length > bytes.length) {
      const larger = new Uint8Array(2 * (length + piece.length));
      larger.set(bytes.subarray(0, length));
      bytes = larger;
    }
    bytes.set(piece, length);
    length += piece.length;
  }
  return new TextDecoder().decode(bytes.subarray(0, length));
}

/** Yields the text of a body as it arrives. A piece may end inside a character. */
export async function* bodyTexts(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  for await (const piece of pieces) {
    const text = decoder.decode(piece, { stream: true });
    if (text) yield text;
  }
  const rest = decoder.decode();
  if (rest) yield rest;
}
