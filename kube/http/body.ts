import { type ByteReader, CLOSED_EARLY } from "./byte_reader.ts";
import type { Framing } from "./response_head.ts";

/** Option of a TextDecoder for text that arrives in pieces: a piece may end inside a character. */
const STREAM = { stream: true };

/**
 * Returns a function that reads the next bytes of a body. After the end of the body, the function returns undefined.
 * The bytes are valid only until the next call. The function throws if the body is incomplete.
 */
function bodyReader(reader: ByteReader, framing: Framing): () => Promise<Uint8Array | undefined> {
  if (framing === "until closed") return () => reader.piece(Infinity);
  let left = framing === "chunked" ? 0 : framing;
  let isComplete = framing !== "chunked";
  let chunks = 0;
  return async () => {
    if (left === 0 && !isComplete) {
      left = await nextChunk(reader, chunks++ === 0);
      isComplete = left === 0;
    }
    if (left === 0) return undefined;
    const piece = await nextPiece(reader, left);
    left -= piece.length;
    return piece;
  };
}

/**
 * Reads everything up to the data of the next chunk, and returns the size of that chunk. Returns 0 after the last chunk
 * and the trailers.
 */
async function nextChunk(reader: ByteReader, isFirst: boolean): Promise<number> {
  if (!isFirst && await reader.textUntil("\r\n") !== "") {
    throw new Error("invalid HTTP response: a chunk is longer than its size");
  }
  const size = await chunkSize(reader);
  if (size === 0) { while (await reader.textUntil("\r\n") !== ""); }
  return size;
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

/** Reads a whole body as text. Throws if the body is incomplete. */
export async function bodyText(reader: ByteReader, framing: Framing): Promise<string> {
  const next = bodyReader(reader, framing);
  const decoder = new TextDecoder();
  let text = "";
  for (let piece; (piece = await next());) text += decoder.decode(piece, STREAM);
  return text + decoder.decode();
}

/**
 * Yields the bytes of a body as they arrive; each piece is valid only until the next piece is requested. Throws if the
 * body is incomplete.
 */
export async function* bodyPieces(
  reader: ByteReader,
  framing: Framing,
): AsyncGenerator<Uint8Array, void> {
  const next = bodyReader(reader, framing);
  for (let piece; (piece = await next());) yield piece;
}

/** Yields the text of a body as it arrives. A piece of the body may end inside a character. */
export async function* bodyTexts(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  for await (const piece of pieces) {
    const text = decoder.decode(piece, STREAM);
    if (text) yield text;
  }
  const rest = decoder.decode();
  if (rest) yield rest;
}
