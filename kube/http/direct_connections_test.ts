// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import { firstAuthority, secondAuthority } from "../testing/authorities.ts";
import { type FakeClock, fakeClock } from "../testing/fake_clock.ts";
import {
  type Answer,
  type Handler,
  type ScriptedServer,
  scriptedServer,
} from "../testing/scripted_server.ts";
import { until } from "../testing/until.ts";
import { createConnection } from "./connection.ts";
import { createDirectConnections } from "./direct_connections.ts";
import type { Connections, HttpRequest } from "./http.ts";

const request = (options: Partial<HttpRequest> = {}): HttpRequest => ({
  method: "GET",
  path: "/a",
  headers: {},
  signal: new AbortController().signal,
  ...options,
});

async function withServer(
  script: Handler | Handler[],
  run: (connections: Connections, server: ScriptedServer, clock: FakeClock) => Promise<void>,
  base = "",
) {
  const server = scriptedServer(script);
  const clock = fakeClock();
  const connections = createDirectConnections({ url: new URL(server.url + base) }, clock);
  try {
    await run(connections, server, clock);
  } finally {
    connections.close();
    await server.close();
  }
}

const ok: Handler = (_request, answer) => answer.json(200, {});
const raw = (text: string): Handler => (_request, answer) => answer.raw(text);

async function text(connections: Connections, options?: Partial<HttpRequest>): Promise<string> {
  return await (await connections.send(request(options))).text();
}

const used = ({ requests }: ScriptedServer) =>
  new Set(requests.map(({ connection }) => connection)).size;

Deno.test("the path of the server's address precedes the path of a request", async () => {
  await withServer(ok, async (connections, server) => {
    await text(connections);
    assertEquals(server.requests[0]?.path, "/k8s/clusters/c/a");
    assertEquals(server.requests[0]?.headers.get("host"), new URL(server.url).host);
  }, "/k8s/clusters/c/");
});

Deno.test("concurrent requests use several connections, which later requests use again", async () => {
  const waiting: Answer[] = [];
  const script: Handler = async (_request, answer) => {
    waiting.push(answer);
    await until(() => waiting.length >= 3);
    await answer.json(200, {});
  };
  await withServer(script, async (connections, server) => {
    const three = () => Promise.all([1, 2, 3].map(() => text(connections)));
    await three();
    await three();
    assertEquals([server.requests.length, used(server)], [6, 3]);
  });
});

Deno.test("an idle connection is closed after a minute, when the next request is sent", async () => {
  await withServer(ok, async (connections, server, clock) => {
    await text(connections);
    clock.advance(60_000);
    await text(connections);
    assertEquals(used(server), 1);
    clock.advance(60_001);
    await text(connections);
    assertEquals(used(server), 2);
  });
});

Deno.test("closeIdle closes idle connections, and later requests use new ones", async () => {
  await withServer(ok, async (connections, server) => {
    await text(connections);
    connections.closeIdle();
    await text(connections);
    assertEquals(used(server), 2);
  });
});

Deno.test("a connection with bytes after the response is not used again", async () => {
  const script = raw("HTTP/1.1 204 A\r\n\r\nHTTP/1.1 408 B\r\n\r\n");
  await withServer([script, ok], async (connections, server) => {
    await text(connections);
    assertEquals(await text(connections), "{}");
    assertEquals(used(server), 2);
  });
});

Deno.test("an idle connection does not keep the process alive", async () => {
  const server = scriptedServer(ok);
  const module = new URL("./direct_connections.ts", import.meta.url);
  const clock = new URL("../clock.ts", import.meta.url);
  const code = `
    import { createDirectConnections } from "${module}";
    import { systemClock } from "${clock}";
    const connections = createDirectConnections({ url: new URL("${server.url}") }, systemClock);
    const { signal } = new AbortController();
    for (const path of ["/a", "/b"]) {
      const response = await connections.send({ method: "GET", path, headers: {}, signal });
      console.log(path, await response.text());
    }`;
  const args = ["eval", "--no-check", code];
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals(text(stdout), "/a {}\n/b {}\n", text(stderr));
  await server.close();
});

Deno.test("a refusal that arrives before the server has read the request is returned", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = new URL(`http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`);
  const served = (async () => {
    using connection = await listener.accept();
    await connection.read(new Uint8Array(10));
    const response = "HTTP/1.1 413 Too Large\r\nconnection: close\r\ncontent-length: 3\r\n\r\nbig";
    await connection.write(new TextEncoder().encode(response));
    await connection.closeWrite();
    await connection.read(new Uint8Array(10));
  })();
  const connections = createDirectConnections({ url }, fakeClock());
  const response = await connections.send(
    request({ method: "PATCH", body: "x".repeat(20_000_000) }),
  );
  assertEquals([response.status, await response.text()], [413, "big"]);
  connections.close();
  await served;
  listener.close();
});

const cutHead: Handler = async (_request, answer) => {
  await answer.raw("HTTP/1.1 200 OK\r\ncontent-le");
  answer.cut();
};
const cutBody: Handler = async (_request, answer) => {
  await answer.raw("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nabc");
  answer.cut();
};
const cut: Handler = (_request, answer) => answer.cut();

for (
  const [fault, script, message] of [
    ["closes the connection", cut, "client error (SendRequest): connection closed before message"],
    ["cuts the head", cutHead, "client error (SendRequest): connection closed before message"],
    ["cuts the body", cutBody, "error reading a body from connection: connection closed before"],
    ["does not speak HTTP", raw("SSH-2.0\r\n\r\n"), "client error (SendRequest): invalid HTTP"],
  ] as const
) {
  Deno.test(`the error says that the server ${fault}, and the next request works`, async () => {
    await withServer([script, ok], async (connections) => {
      await assertRejects(() => text(connections), Error, message);
      assertEquals(await text(connections), "{}");
    });
  });
}

Deno.test("a header or path with a line break is refused, and the error does not show a token", async () => {
  await withServer(ok, async (connections, server) => {
    const headers = { authorization: "Bearer secret\r\nx-remote-user: admin" };
    await assertRejects(
      () => connections.send(request({ headers })),
      TypeError,
      'header "authorization" has an invalid character',
    );
    await assertRejects(() => connections.send(request({ path: "/a b" })), TypeError, "the path");
    await text(connections);
    assertEquals([server.requests.length, used(server)], [1, 1]);
  });
});

Deno.test("the error of a connection that cannot be opened has the same text as the error of fetch", async () => {
  const server = scriptedServer(ok, firstAuthority);
  const { signal } = new AbortController();
  const send = async (url: string, caCerts: string[]) => {
    const connections = createDirectConnections({ url: new URL(url), caCerts }, fakeClock());
    const error = await assertRejects(() => connections.send(request({ signal })), Error);
    return error.message;
  };
  const fetched = async (url: string, caCerts: string[]) => {
    using client = Deno.createHttpClient({ caCerts, http2: false });
    const error = await assertRejects(() => fetch(url, { client, signal }), Error);
    return (error.cause as Error).message.replace(/^.*?: client/, "client");
  };
  const untrusted = [secondAuthority.ca];
  const message = await send(server.url, untrusted);
  assertEquals(message, "client error (Connect): invalid peer certificate: UnknownIssuer");
  assertEquals(message, await fetched(server.url, untrusted));
  const noTls = "http://no-such-host.invalid";
  assertEquals(await send(noTls, []), await fetched(noTls, []));
  await server.close();
  assertEquals(await send(server.url, untrusted), await fetched(server.url, untrusted));
});

Deno.test("an abort while the connection is opened ends the request", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = new URL(`https://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`);
  const connections = createDirectConnections({ url }, fakeClock());
  const aborter = new AbortController();
  const sent = connections.send(request({ signal: aborter.signal }));
  const failed = assertRejects(() => sent, Error, "enough");
  using _ = await listener.accept();
  aborter.abort(new Error("enough"));
  await failed;
  connections.close();
  listener.close();
});

for (const event of ["closes it", "sends bytes"]) {
  Deno.test(`an idle connection ends when the server ${event}`, async () => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr as Deno.NetAddr;
    const connection = createConnection(await Deno.connect({ port }));
    using server = await listener.accept();
    let isEnded = false;
    connection.untilEndOfIdle().then(() => isEnded = true);
    if (event === "closes it") await server.closeWrite();
    else await server.write(new Uint8Array(1));
    await until(() => isEnded);
    connection.close();
    listener.close();
  });
}
