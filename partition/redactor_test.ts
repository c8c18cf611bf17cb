// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { createRedactor } from "./redactor.ts";

Deno.test("known credentials are removed from a text", () => {
  const { add, redact } = createRedactor();
  add(["AKIAPLANTED0001", undefined, "planted+secret/value"]);
  assertEquals(redact("key AKIAPLANTED0001, AKIAPLANTED0001"), "key …, …");
  assertEquals(redact("planted+secret/value"), "…");
});

Deno.test("a short value is kept, because it may match other text by chance", () => {
  const { add, redact } = createRedactor();
  add(["test"]);
  assertEquals(redact("table test-orders"), "table test-orders");
});

Deno.test("signatures, tokens and credentials in URLs are removed even if they are unknown", () => {
  const { redact } = createRedactor();
  assertEquals(redact("got AWS4-HMAC-SHA256 Credential=A, Signature=8b49"), "got …");
  assertEquals(redact("Signature=8b49ab is wrong"), "… is wrong");
  assertEquals(redact("token eyJhbGciOi.eyJzdWIiOi.c2lnbmF0 expired"), "token … expired");
  assertEquals(redact("proxy http://me:password@host:1/"), "proxy http://…@host:1/");
  assertEquals(redact("http://host:8000/a@b"), "http://host:8000/a@b");
});
