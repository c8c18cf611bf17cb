/** The status line and the headers of an HTTP/1.1 response. */
export interface ResponseHead {
  status: number;
  statusText: string;
  headers: { get(name: string): string | null };
  /** How the client finds the end of the body. */
  framing: Framing;
  /** Whether the server keeps the connection open for another request. */
  keepsAlive: boolean;
}

/** Where a body ends: after this number of bytes, after the last chunk, or when the server closes the connection. */
export type Framing = number | "chunked" | "until closed";

/** Parses the head of a response, without the empty line at its end. Throws if the version is not HTTP/1.0 or 1.1. */
export function parseResponseHead(text: string): ResponseHead {
  const [statusLine = "", ...lines] = text.split("\r\n");
  const [, version, code, statusText = ""] =
    /^HTTP\/(1\.[01]) (\d{3})(?: (.*))?$/.exec(statusLine) ??
      [];
  if (!version || !code) {
    throw new Error(`invalid HTTP response: the status line is "${statusLine.slice(0, 80)}"`);
  }
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon < 1) throw new Error("invalid HTTP response: a header has no name");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const former = headers.get(name);
    headers.set(name, former === undefined ? value : `${former}, ${value}`);
  }
  const status = Number(code);
  const framing = framingOf(status, headers);
  const options = headers.get("connection")?.toLowerCase().split(/ *, */) ?? [];
  const keepsAlive = version === "1.1"
    ? !options.includes("close")
    : options.includes("keep-alive");
  // A response with Transfer-Encoding and Content-Length may be an attempt to smuggle a second response (RFC 9112,
  // 6.3).
  const isAmbiguous = headers.has("transfer-encoding") && headers.has("content-length");
  return {
    status,
    statusText,
    headers: { get: (name) => headers.get(name) ?? null },
    framing,
    keepsAlive: keepsAlive && framing !== "until closed" && !isAmbiguous && status !== 101,
  };
}

function framingOf(status: number, headers: ReadonlyMap<string, string>): Framing {
  if (status < 200 || status === 204 || status === 304) return 0;
  const encoding = headers.get("transfer-encoding");
  if (encoding !== undefined) {
    if (encoding.toLowerCase() === "chunked") return "chunked";
    throw new Error(`invalid HTTP response: the transfer encoding is "${encoding}"`);
  }
  const length = headers.get("content-length");
  if (length === undefined) return "until closed";
  if (/^\d{1,15}$/.test(length)) return Number(length);
  throw new Error(`invalid HTTP response: the content length is "${length}"`);
}
