// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { TlsMaterial } from "./config.ts";
import { ConnectionError } from "./errors.ts";
import { firstAuthority, secondAuthority } from "./testing/authorities.ts";
import { type Handler, scriptedServer } from "./testing/scripted_server.ts";
import { staticConfig } from "./testing/static_config.ts";
import { createTransport, type Transport } from "./transport.ts";
import type { TransportRequest } from "./transport_request.ts";

const get: TransportRequest = {
  verb: "get",
  method: "GET",
  path: "/version",
  resource: "",
  idempotent: true,
};
const ok: Handler = (_request, answer) => answer.json(200, { ok: true });

async function withTls(
  tls: readonly TlsMaterial[],
  test: (transport: Transport) => Promise<void>,
  script: Handler = ok,
) {
  const server = scriptedServer(script, firstAuthority);
  const config = staticConfig(server.url, tls.map((tls) => ({ headers: {}, tls })));
  const transport = createTransport(config, { random: () => 0 });
  try {
    await test(transport);
  } finally {
    transport.close();
    await server.close();
  }
}

Deno.test("a server is trusted by the authority of the configuration", async () => {
  await withTls([{ caCerts: [firstAuthority.ca] }], async (transport) => {
    assertEquals(await transport.request(get), { ok: true });
  });
});

Deno.test("a rotated authority is read anew when the old one no longer fits", async () => {
  const rotated = [{ caCerts: [secondAuthority.ca] }, { caCerts: [firstAuthority.ca] }];
  await withTls(rotated, async (transport) => {
    const create = { ...get, verb: "create", method: "POST", idempotent: false };
    assertEquals(await transport.request(create), { ok: true });
  });
});

Deno.test("an unknown authority is an error that says so", async () => {
  await withTls([{ caCerts: [secondAuthority.ca] }], async (transport) => {
    const error = await assertRejects(() => transport.request(get), ConnectionError);
    assertStringIncludes(error.message, "invalid peer certificate: UnknownIssuer");
  });
});

Deno.test("tls-server-name is checked in place of the address' host", async () => {
  const caCerts = [firstAuthority.ca];
  await withTls([{ caCerts, serverName: "api.test.internal" }], async (transport) => {
    assertEquals(await transport.request(get), { ok: true });
  });
  await withTls([{ caCerts, serverName: "other.test.internal" }], async (transport) => {
    await assertRejects(() => transport.request(get), ConnectionError);
  });
});

Deno.test("insecure-skip-tls-verify takes any certificate", async () => {
  await withTls([{ insecureSkipVerify: true }], async (transport) => {
    assertEquals(await transport.request({ ...get, method: "POST", body: { a: 1 } }), { ok: true });
  }, (request, answer) => answer.json(200, { ok: request.body === '{"a":1}' }));
});

Deno.test("a watch over unverified TLS streams and ends with the caller's abort", async () => {
  const stop = new AbortController();
  await withTls([{ insecureSkipVerify: true }], async (transport) => {
    const body = await transport.stream({ ...get, idempotent: false, signal: stop.signal });
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    assertEquals((await reader.read()).value, "1\n");
    stop.abort();
    await assertRejects(() => reader.read());
  }, async (_request, answer) => {
    const stream = await answer.stream();
    await stream.line(1);
    await stream.hang();
  });
});
