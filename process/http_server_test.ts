// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { serveHttp } from "./http_server.ts";

const pages = { "/x": () => new Response("x") };

Deno.test("without a host name the server listens on all addresses", async () => {
  const server = serveHttp({ port: 0 }, pages);
  const response = await fetch(`http://127.0.0.1:${server.port}/x?verbose`);
  assertEquals(await response.text(), "x");
  await server.close();
});

Deno.test("the error for an address in use names the address", async () => {
  const server = serveHttp({ hostname: "127.0.0.1", port: 0 }, pages);
  const { port } = server;
  assertThrows(
    () => serveHttp({ hostname: "127.0.0.1", port }, pages),
    Error,
    `Cannot listen on "127.0.0.1:${port}"`,
  );
  await server.close();
});
