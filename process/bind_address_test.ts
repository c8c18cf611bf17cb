// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { parseBindAddress } from "./bind_address.ts";

Deno.test("a bind address has a port and an optional host", () => {
  assertEquals(parseBindAddress(":8080", "f"), { port: 8080 });
  assertEquals(parseBindAddress("127.0.0.1:0", "f"), { hostname: "127.0.0.1", port: 0 });
  assertEquals(parseBindAddress("[::1]:8081", "f"), { hostname: "::1", port: 8081 });
  assertEquals(parseBindAddress("0", "f"), undefined);
});

Deno.test("the error for an invalid bind address names the flag", () => {
  for (const text of ["", "8080", "host", "host:", "host:x", ":70000", "::1:80"]) {
    assertThrows(
      () => parseBindAddress(text, "metrics-bind-address"),
      Error,
      "--metrics-bind-address",
    );
  }
});
