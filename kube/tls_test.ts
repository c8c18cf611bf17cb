// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { TlsMaterial } from "./config.ts";
import { ConnectionError, isUntrustedServer } from "./errors.ts";
import type { TransportRequest } from "./exchange.ts";
import { firstAuthority, secondAuthority } from "./testing/authorities.ts";
import { type Handler, scriptedServer } from "./testing/scripted_server.ts";
import { staticConfig } from "./testing/static_config.ts";
import { createTransport, type Transport } from "./transport.ts";

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

Deno.test("a server certificate of the configured certificate authority is trusted", async () => {
  await withTls([{ caCerts: [firstAuthority.ca] }], async (transport) => {
    assertEquals(await transport.request(get), { ok: true });
  });
});

Deno.test("a rotated certificate authority is loaded again when verification by the previous one fails", async () => {
  const rotated = [{ caCerts: [secondAuthority.ca] }, { caCerts: [firstAuthority.ca] }];
  await withTls(rotated, async (transport) => {
    const create = { ...get, verb: "create", method: "POST", idempotent: false };
    assertEquals(await transport.request(create), { ok: true });
  });
});

Deno.test("the error reports an unknown certificate authority", async () => {
  await withTls([{ caCerts: [secondAuthority.ca] }], async (transport) => {
    const error = await assertRejects(() => transport.request(get), ConnectionError);
    assertStringIncludes(error.message, "invalid peer certificate: UnknownIssuer");
    assertEquals(isUntrustedServer(error), true);
  });
});

Deno.test("tls-server-name replaces the host of the address in the check of the certificate", async () => {
  const caCerts = [firstAuthority.ca];
  await withTls([{ caCerts, serverName: "api.test.internal" }], async (transport) => {
    assertEquals(await transport.request(get), { ok: true });
  });
  await withTls([{ caCerts, serverName: "other.test.internal" }], async (transport) => {
    const error = await assertRejects(() => transport.request(get), ConnectionError);
    assertEquals(isUntrustedServer(error), true, error.message);
  });
});

Deno.test("insecure-skip-tls-verify accepts any certificate", async () => {
  await withTls([{ insecureSkipVerify: true }], async (transport) => {
    assertEquals(await transport.request({ ...get, method: "POST", body: { a: 1 } }), { ok: true });
  }, (request, answer) => answer.json(200, { ok: request.body === '{"a":1}' }));
});

Deno.test("a watch over unverified TLS streams, and ends when the caller aborts it", async () => {
  const stop = new AbortController();
  await withTls([{ insecureSkipVerify: true }], async (transport) => {
    const body = await transport.stream({ ...get, idempotent: false, signal: stop.signal });
    assertEquals((await body.next()).value, "1\n");
    stop.abort();
    await assertRejects(() => body.next());
  }, async (_request, answer) => {
    const stream = await answer.stream();
    await stream.line(1);
    await stream.hang();
  });
});
