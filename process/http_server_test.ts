// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { parseBindAddress, serveHttp } from "./http_server.ts";

const pages = { "/x": () => new Response("x") };

Deno.test("without a host name the server listens on all addresses", async () => {
  const server = serveHttp({ port: 0 }, pages);
  const response = await fetch(`http://127.0.0.1:${server.port}/x?verbose`);
  assertEquals(await response.text(), "x");
  await server.close();
});

Deno.test("the error for an address in use names the address, the reason and the remedy", async () => {
  const server = serveHttp({ hostname: "127.0.0.1", port: 0 }, pages);
  const { port } = server;
  const { message } = assertThrows(
    () => serveHttp({ hostname: "127.0.0.1", port }, pages),
    Error,
    `Cannot listen on "127.0.0.1:${port}": Address`,
  );
  assertEquals(message.endsWith(": set another bind address"), true, message);
  await server.close();
});

Deno.test("the error for an IPv6 address has the address in brackets", () => {
  // No machine has this address, because its range is reserved for documentation (RFC 3849).
  const address = { hostname: "2001:db8::1", port: 8080 };
  assertThrows(() => serveHttp(address, pages), Error, 'Cannot listen on "[2001:db8::1]:8080"');
});

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
