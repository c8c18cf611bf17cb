/** A stream ended in the middle of a line. */
export class HalfLineError extends Error {
  override readonly name = "HalfLineError";
}

/**
 * Yields the non-empty lines of a byte stream. A chunk may end inside a line or a character. Throws a `HalfLineError` if
 * the stream ends inside a line. Cancels the stream if the caller stops early.
 */
export async function* readLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  // The pieces of a line are joined only once, because a large object arrives in hundreds of chunks.
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
