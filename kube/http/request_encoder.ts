import type { HttpRequest } from "./http.ts";

/** Maximum size in bytes of the buffer that the encoder keeps for later requests. Larger requests are rare. */
const MAX_KEPT_BYTES = 65_536;
/** Number of bytes to reserve for the longest `content-length` line and the empty line after it. */
const LENGTH_LINE = 40;

const encoder = new TextEncoder();

/**
 * Creates a function that returns the bytes of a request. The bytes are valid until the next call. The function throws
 * if a value contains a character, such as a line break, that could add a header or a second request.
 */
export function createRequestEncoder(): (request: HttpRequest, host: string) => Uint8Array {
  let kept = new Uint8Array(0);

  function buffer(size: number): Uint8Array {
    if (size <= kept.length) return kept;
    const larger = new Uint8Array(Math.max(size, Math.min(2 * kept.length, MAX_KEPT_BYTES), 4_096));
    if (size <= MAX_KEPT_BYTES) kept = larger;
    return larger;
  }

  return ({ method, path, headers, body }, host) => {
    if (/[^!-~]/.test(path)) {
      throw new TypeError("the path of the request has an invalid character");
    }
    const head = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n${headerLines(headers)}`;
    if (body === undefined) {
      const bytes = buffer(head.length + 2);
      return bytes.subarray(0, encoder.encodeInto(`${head}\r\n`, bytes).written);
    }
    // Headers and body share one buffer, so that a small request is one packet. This code encodes the body first,
    // because the header `content-length` contains the length of the encoded body.
    const start = head.length + LENGTH_LINE;
    let bytes = buffer(start + body.length);
    let encoded = encoder.encodeInto(body, bytes.subarray(start));
    if (encoded.read < body.length) {
      // A UTF-16 code unit of a JavaScript string needs at most three bytes in UTF-8.
      bytes = buffer(start + 3 * body.length);
      encoded = encoder.encodeInto(body, bytes.subarray(start));
    }
    const { written: length } = encoded;
    const { written } = encoder.encodeInto(`${head}content-length: ${length}\r\n\r\n`, bytes);
    bytes.copyWithin(written, start, start + length);
    return bytes.subarray(0, written + length);
  };
}

/** Encoded headers, cached because many requests share one headers object. */
const lines = new WeakMap<HttpRequest["headers"], string>();

function headerLines(headers: HttpRequest["headers"]): string {
  const known = lines.get(headers);
  if (known !== undefined) return known;
  let text = "";
  for (const [name, value] of Object.entries(headers)) {
    // The message does not quote the value, because it may be a token.
    if (/[^\t -~]/.test(value)) throw new TypeError(`header "${name}" has an invalid character`);
    text += `${name}: ${value}\r\n`;
  }
  lines.set(headers, text);
  return text;
}
