// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { parseResponseHead } from "./response_head.ts";

const parse = (...lines: string[]) => parseResponseHead(lines.join("\r\n"));
const facts = (...lines: string[]) => {
  const { status, framing, keepsAlive } = parse(...lines);
  return [status, framing, keepsAlive];
};

Deno.test("a head has its status, and headers by lower-case name", () => {
  const head = parse("HTTP/1.1 429 Too Many Requests", "Retry-After: 3 ", "X-A: 1", "x-a:2");
  assertEquals([head.status, head.statusText], [429, "Too Many Requests"]);
  assertEquals(head.headers.get("retry-after"), "3");
  assertEquals(head.headers.get("x-a"), "1, 2");
  assertEquals(head.headers.get("x-b"), null);
  assertEquals(parse("HTTP/1.1 200").statusText, "");
});

Deno.test("the end of the body is a length, the last chunk or the end of the connection", () => {
  assertEquals(facts("HTTP/1.1 200 OK", "Content-Length: 12"), [200, 12, true]);
  assertEquals(facts("HTTP/1.1 200 OK", "Transfer-Encoding: Chunked"), [200, "chunked", true]);
  assertEquals(facts("HTTP/1.1 200 OK"), [200, "until closed", false]);
  assertEquals(facts("HTTP/1.1 204 No Content"), [204, 0, true]);
  assertEquals(facts("HTTP/1.1 304 Not Modified", "content-length: 5"), [304, 0, true]);
});

Deno.test("a connection is not reused if the server closes it, or if the head is ambiguous", () => {
  const length = "content-length: 1";
  assertEquals(facts("HTTP/1.1 200 OK", length, "Connection: Close"), [200, 1, false]);
  assertEquals(facts("HTTP/1.1 200 OK", length, "connection: keep-alive, close"), [200, 1, false]);
  assertEquals(facts("HTTP/1.0 200 OK", length), [200, 1, false]);
  assertEquals(facts("HTTP/1.0 200 OK", length, "connection: Keep-Alive"), [200, 1, true]);
  assertEquals(facts("HTTP/1.1 101 Switching Protocols"), [101, 0, false]);
  assertEquals(facts("HTTP/1.1 200 OK", length, "transfer-encoding: chunked"), [
    200,
    "chunked",
    false,
  ]);
});

for (
  const [text, problem] of [
    ["ICY 200 OK", 'the status line is "ICY 200 OK"'],
    ["HTTP/2 200", 'the status line is "HTTP/2 200"'],
    ["HTTP/1.1 200 OK\r\nno colon", "a header has no name"],
    ["HTTP/1.1 200 OK\r\ncontent-length: -1", 'the content length is "-1"'],
    ["HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2", 'the content length is "1, 2"'],
    ["HTTP/1.1 200 OK\r\ntransfer-encoding: gzip", 'the transfer encoding is "gzip"'],
  ] as const
) {
  Deno.test(`a response is refused if ${problem}`, () => {
    assertThrows(() => parseResponseHead(text), Error, `invalid HTTP response: ${problem}`);
  });
}
