// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { createRequestEncoder } from "./request_encoder.ts";

const signal = new AbortController().signal;
const request = { method: "PATCH", path: "/x?force=true", headers: { accept: "*/*" }, signal };
const head = "PATCH /x?force=true HTTP/1.1\r\nhost: server\r\naccept: */*\r\n";

Deno.test("a request has the length of its body in bytes, whatever was encoded before it", () => {
  const encode = createRequestEncoder();
  const body = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.integer({ min: 0, max: 70_000 }).map((length) => "a".repeat(length)),
    fc.integer({ min: 0, max: 30_000 }).map((length) => "ä€".repeat(length)),
  );
  fc.assert(fc.property(body, (body) => {
    const content = new TextEncoder().encode(body);
    const text = new TextDecoder().decode(content);
    assertEquals(
      new TextDecoder().decode(encode({ ...request, body }, "server")),
      `${head}content-length: ${content.length}\r\n\r\n${text}`,
    );
    assertEquals(new TextDecoder().decode(encode(request, "server")), `${head}\r\n`);
  }));
});

Deno.test("a header with a line break is refused each time", () => {
  const encode = createRequestEncoder();
  const headers = { authorization: "Bearer x\r\nhost: other" };
  for (let attempt = 0; attempt < 2; attempt++) {
    assertThrows(
      () => encode({ ...request, headers }, "server"),
      TypeError,
      'header "authorization" has an invalid character',
    );
  }
});
