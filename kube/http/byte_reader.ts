/** Reads from a connection: text up to a line break, or a limited number of bytes. */
export interface ByteReader {
  /** If the buffer is empty, starts to read. Resolves when bytes or the end of the stream have arrived. */
  untilReadable(): Promise<void>;
  /** Returns whether unread bytes have arrived. */
  hasBytes(): boolean;
  /** Reads text up to `mark`, and returns it without `mark`. Throws if the stream ends before `mark`. */
  textUntil(mark: "\r\n" | "\r\n\r\n"): Promise<string>;
  /**
   * Reads from 1 to `maxBytes` bytes, or returns undefined at the end of the stream. The result is valid only until
   * the next call.
   */
  piece(maxBytes: number): Promise<Uint8Array | undefined>;
}

/** Error message for an incomplete response. */
export const CLOSED_EARLY = "connection closed before message completed";

const FIRST_BYTES = 16_384;
/**
 * Maximum size of a response head, or of a line of the chunked encoding. Anything larger is an attack or another
 * protocol.
 */
const MAX_TEXT_BYTES = 65_536;

/**
 * Creates a {@linkcode ByteReader}.
 *
 * @param read reads bytes into a buffer; returns their number, or null at the end of the stream
 */
export function createByteReader(
  read: (into: Uint8Array) => Promise<number | null>,
): ByteReader {
  const decoder = new TextDecoder();
  let buffer = new Uint8Array(FIRST_BYTES);
  let start = 0;
  let end = 0;
  let reading: Promise<number | null> | undefined;

  function makeRoom() {
    if (start === end) start = end = 0;
    if (end < buffer.length) return;
    const larger = start > 0 ? buffer : new Uint8Array(2 * buffer.length);
    larger.set(buffer.subarray(start, end));
    [buffer, start, end] = [larger, 0, end - start];
  }

  function startRead() {
    makeRoom();
    return reading = read(buffer.subarray(end));
  }

  /** Reads more bytes. Returns false at the end of the stream. */
  async function more(): Promise<boolean> {
    const count = await (reading ?? startRead());
    reading = undefined;
    end += count ?? 0;
    return count !== null;
  }

  function indexOf(mark: string): number {
    for (let at = start; (at = buffer.indexOf(13, at)) >= 0 && at + mark.length <= end; at++) {
      if (buffer[at + 1] !== 10) continue;
      if (mark.length === 2 || (buffer[at + 2] === 13 && buffer[at + 3] === 10)) return at;
    }
    return -1;
  }

  return {
    async untilReadable() {
      if (start === end) await (reading ?? startRead());
    },
    hasBytes: () => start < end,
    async textUntil(mark) {
      let at = indexOf(mark);
      while (at < 0) {
        if (end - start > MAX_TEXT_BYTES) {
          throw new Error(
            `invalid HTTP response: the head or a chunk line exceeds ${MAX_TEXT_BYTES} bytes`,
          );
        }
        if (!await more()) throw new Error(CLOSED_EARLY);
        at = indexOf(mark);
      }
      const text = decoder.decode(buffer.subarray(start, at));
      start = at + mark.length;
      return text;
    },
    async piece(maxBytes) {
      while (start === end) if (!await more()) return undefined;
      const from = start;
      start = Math.min(end, start + maxBytes);
      return buffer.subarray(from, start);
    },
  };
}
