/** A stream of lines that stopped in the middle of one. */
export class HalfLineError extends Error {
  override readonly name = "HalfLineError";
}

/**
 * Splits a byte stream into its non-empty lines, whatever the borders of its chunks (they may cut a character in two).
 * Throws `HalfLineError` when the stream ends inside a line. Cancels the stream when the caller stops early.
 */
export async function* readLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  // Pieces of the line so far, joined once: a large object comes in hundreds of chunks.
  let pieces: string[] = [];
  for await (const chunk of body) {
    const text = decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let to = text.indexOf("\n"); to >= 0; to = text.indexOf("\n", from)) {
      pieces.push(text.slice(from, to));
      from = to + 1;
      const line = pieces.join("").trim();
      pieces = [];
      if (line) yield line;
    }
    if (from < text.length) pieces.push(text.slice(from));
  }
  const rest = (pieces.join("") + decoder.decode()).trim();
  if (rest) throw new HalfLineError(`The stream ended after ${rest.length} characters of a line`);
}
