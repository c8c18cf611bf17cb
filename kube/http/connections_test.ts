/** Tests of all kinds of connections: direct ones, and those of Deno's and Node's HTTP clients. */
// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { systemClock } from "../clock.ts";
import type { TlsMaterial } from "../config.ts";
import { firstAuthority } from "../testing/authorities.ts";
import { type Handler, type ScriptedServer, scriptedServer } from "../testing/scripted_server.ts";
import { until } from "../testing/until.ts";
import { createConnectionPools, type Pool } from "./connection_pools.ts";
import type { HttpRequest } from "./http.ts";

const { ca, cert, key } = firstAuthority;

const KINDS: Record<string, TlsMaterial> = {
  direct: { caCerts: [ca] },
  Deno: { caCerts: [ca], cert, key },
  Node: { insecureSkipVerify: true },
};

const get = (path = "/a", options: Partial<HttpRequest> = {}): HttpRequest => ({
  method: "GET",
  path,
  headers: { accept: "application/json", authorization: "Bearer token" },
  signal: new AbortController().signal,
  ...options,
});

function test(
  name: string,
  script: Handler,
  run: (pool: Pool, server: ScriptedServer) => Promise<void>,
) {
  for (const [kind, tls] of Object.entries(KINDS)) {
    Deno.test(`${name} (${kind})`, async () => {
      const server = scriptedServer(script, firstAuthority);
      const pools = createConnectionPools(server.url, systemClock);
      try {
        await run(pools.pools(tls).calls, server);
      } finally {
        pools.close();
        await server.close();
      }
    });
  }
}

const echo: Handler = ({ body }, answer) => answer.json(200, { body });

test("requests use the same connection one after another", echo, async (pool, { requests }) => {
  const body = "ü".repeat(100_000);
  for (let count = 0; count < 3; count++) {
    const response = await pool.send(get("/a?b=c", { method: "PATCH", body }));
    assertEquals(response.headers.get("content-type"), "application/json");
    assertEquals(JSON.parse(await response.text()), { body });
  }
  assertEquals(
    requests.map(({ method, path }) => `${method} ${path}`),
    Array(3).fill("PATCH /a?b=c"),
  );
  assertEquals(requests[0]?.headers.get("authorization"), "Bearer token");
  assertEquals(new Set(requests.map(({ connection }) => connection)).size, 1);
});

const closing: Handler = (_request, answer) =>
  answer.raw("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}");

test(
  "after a response with Connection: close, requests use a new connection",
  closing,
  async (pool, { requests }) => {
    for (let count = 0; count < 2; count++) {
      assertEquals(await (await pool.send(get())).text(), "{}");
    }
    assertEquals(requests[0]?.connection === requests[1]?.connection, false);
  },
);

const early: Handler = (_request, answer) =>
  answer.raw(
    "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n" +
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
  );

test("an interim response is skipped", early, async (pool) => {
  const response = await pool.send(get());
  assertEquals([response.status, await response.text()], [200, "a"]);
});

const noContent: Handler = (_request, answer) => answer.raw("HTTP/1.1 204 No Content\r\n\r\n");

test("a response without content has an empty body", noContent, async (pool) => {
  const response = await pool.send(get());
  assertEquals([response.status, await response.text()], [204, ""]);
});

test("a request that beforeSend refuses is not sent", echo, async (pool, { requests }) => {
  const aborter = new AbortController();
  const beforeSend = () => {
    throw new Error("not now");
  };
  const refused = pool.send(get("/refused", { beforeSend, signal: aborter.signal }));
  await assertRejects(() => refused, Error, "not now");
  aborter.abort();
  await (await pool.send(get("/sent"))).text();
  assertEquals(requests.map(({ path }) => path), ["/sent"]);
});

test(
  "an abort before the response ends a request with the reason",
  (_request, answer) => answer.hang(),
  async (pool, { requests }) => {
    const aborter = new AbortController();
    const sent = pool.send(get("/a", { signal: aborter.signal }));
    const failed = assertRejects(() => sent, Error, "enough");
    await until(() => requests.length === 1);
    aborter.abort(new Error("enough"));
    await failed;
    const late = get("/b", { signal: aborter.signal });
    await assertRejects(() => pool.send(late), Error, "enough");
    assertEquals(requests.length, 1);
  },
);

let closedStreams = 0;

const stream: Handler = async (_request, answer) => {
  const body = await answer.stream();
  await body.text("1");
  await body.hang();
  closedStreams++;
};

test("an abort ends a body even if only the body is still referenced", stream, async (pool) => {
  setFlagsFromString("--expose-gc");
  const collectGarbage: () => void = runInNewContext("gc");
  const aborter = new AbortController();
  const texts = (await pool.send(get("/a", { signal: aborter.signal }))).texts();
  assertEquals(await texts.next(), { done: false, value: "1" });
  collectGarbage();
  await new Promise((resolve) => setTimeout(resolve, 0));
  collectGarbage();
  aborter.abort();
  await assertRejects(() => texts.next());
});

test("a caller that stops reading closes the connection", stream, async (pool) => {
  closedStreams = 0;
  for await (const text of (await pool.send(get())).texts()) {
    assertEquals(text, "1");
    break;
  }
  await until(() => closedStreams === 1);
});
