// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { systemClock } from "./clock.ts";
import { startDeadline } from "./deadline.ts";
import { ApiError, ConnectionError } from "./errors.ts";
import type { RequestRecord, TransportRequest } from "./exchange.ts";
import { fakeClock } from "./testing/fake_clock.ts";
import { type Handler, scriptedServer } from "./testing/scripted_server.ts";
import { staticConfig } from "./testing/static_config.ts";
import { until } from "./testing/until.ts";
import { createTransport, type Transport, type TransportOptions } from "./transport.ts";

const get: TransportRequest = {
  verb: "get",
  method: "GET",
  path: "/api/v1/namespaces/a/pods/b",
  resource: "pods",
  idempotent: true,
};
const post: TransportRequest = { ...get, verb: "create", method: "POST", idempotent: false };
const ok: Handler = (_request, answer) => answer.json(200, { ok: true });
const refuse: Handler = (_request, answer) => answer.json(422, { kind: "Status", code: 422 });
const cut: Handler = (_request, answer) => answer.cut();

async function withServer(
  script: Handler | Handler[],
  test: (
    transport: Transport,
    server: ReturnType<typeof scriptedServer>,
  ) => Promise<void>,
  options: TransportOptions = {},
) {
  const server = scriptedServer(script);
  const transport = createTransport(staticConfig(server.url), { random: () => 0, ...options });
  try {
    await test(transport, server);
  } finally {
    transport.close();
    await server.close();
  }
}

Deno.test("a request has a user agent, its body and its content type", async () => {
  await withServer(ok, async (transport, { requests }) => {
    assertEquals(await transport.request({ ...post, body: { a: "ü" } }), { ok: true });
    assertEquals(requests[0]?.method, "POST");
    assertEquals(requests[0]?.body, '{"a":"ü"}');
    assertEquals(requests[0]?.headers.get("user-agent"), "dynamo-operator/1.2.3");
    assertEquals(requests[0]?.headers.get("content-type"), "application/json");
  }, { userAgent: "dynamo-operator/1.2.3" });
});

Deno.test("a refusal becomes an ApiError with the fields of the Status", async () => {
  const script: Handler = (_request, answer) =>
    answer.json(409, {
      kind: "Status",
      reason: "Conflict",
      message: "the object has been modified",
      details: { name: "b", retryAfterSeconds: 7 },
    });
  await withServer(script, async (transport) => {
    const error = await assertRejects(() => transport.request(get), ApiError);
    assertEquals(error.status, 409);
    assertEquals(error.reason, "Conflict");
    assertEquals(error.retryAfterMs, 7000);
    assertEquals(error.details?.name, "b");
    assertEquals(error.request.path, get.path);
    assertEquals(
      error.message,
      'Cannot get "/api/v1/namespaces/a/pods/b": the object has been modified (HTTP 409 Conflict)',
    );
  });
});

for (const [why, script] of [["a refusal", refuse], ["a cut connection", cut]] as const) {
  Deno.test(`the error of ${why} contains nothing of the request body, which may contain secrets`, async () => {
    await withServer(script, async (transport) => {
      const body = { env: [{ name: "HF_TOKEN", value: "hf_topsecret" }] };
      const error = await assertRejects(() => transport.request({ ...post, body }), Error);
      assert(error instanceof ApiError || error instanceof ConnectionError);
      assertEquals(Object.keys(error.request).sort(), ["method", "path", "verb"]);
      assert(!Deno.inspect(error, { depth: 20 }).includes("hf_topsecret"));
    });
  });
}

Deno.test("the error of a refusal without a Status contains the text of the response", async () => {
  const script: Handler = (_request, answer) => answer.text(502, "<h1>Bad gateway</h1>");
  await withServer(script, async (transport) => {
    const error = await assertRejects(() => transport.request(get), ApiError);
    assertEquals(error.reason, "");
    assertStringIncludes(error.message, "<h1>Bad gateway</h1> (HTTP 502)");
  });
});

Deno.test("a retry after 429 waits for Retry-After, also for a create", async () => {
  const clock = fakeClock();
  const busy: Handler = (_request, answer) =>
    answer.status(429, "TooManyRequests", "", { "retry-after": "3" });
  await withServer([busy, ok], async (transport, { requests }) => {
    const answer = transport.request(post);
    await until(() => clock.pending().includes(3000));
    clock.advance(2999);
    assertEquals(requests.length, 1);
    clock.advance(1);
    assertEquals(await answer, { ok: true });
    assertEquals(requests.length, 2);
  }, { clock });
});

Deno.test("a call that ends at a deadline of its caller is reported as unanswered, an aborted call is not", async () => {
  const failures: unknown[] = [];
  const outageLog = { responded() {}, failed: (error: unknown) => void failures.push(error) };
  await withServer((_request, answer) => answer.hang(), async (transport, { requests }) => {
    const stop = new AbortController();
    const stopped = assertRejects(() => transport.request({ ...get, signal: stop.signal }));
    await until(() => requests.length === 1);
    stop.abort();
    await stopped;
    assertEquals(failures, []);
    using deadline = startDeadline(systemClock, 20);
    await assertRejects(() => transport.request({ ...get, signal: deadline.signal }));
    assertEquals(failures, [deadline.signal.reason]);
  }, { outageLog });
});

Deno.test("a Retry-After that is too long causes an error", async () => {
  const busy: Handler = (_request, answer) =>
    answer.status(429, "TooManyRequests", "", { "retry-after": "20" });
  await withServer([busy], async (transport, { requests }) => {
    const error = await assertRejects(() => transport.request(get), ApiError);
    assertEquals(error.retryAfterMs, 20_000);
    assertEquals(requests.length, 1);
  });
});

Deno.test("the number of attempts is limited", async () => {
  const busy: Handler = (_request, answer) =>
    answer.status(503, "ServiceUnavailable", "", { "retry-after": "0" });
  await withServer(busy, async (transport, { requests }) => {
    const error = await assertRejects(() => transport.request(get), ApiError);
    assertEquals(error.status, 503);
    assertEquals(requests.length, 5);
  });
});

Deno.test("an idempotent call is retried after a connection reset", async () => {
  await withServer([cut, ok], async (transport, { requests }) => {
    assertEquals(await transport.request(get), { ok: true });
    assertEquals(requests.length, 2);
  });
});

Deno.test("a create is not retried after a connection reset", async () => {
  await withServer([cut, ok], async (transport, { requests }) => {
    const error = await assertRejects(() => transport.request(post), ConnectionError);
    assert(!error.timedOut);
    assertEquals(requests.length, 1);
  });
});

Deno.test("an incomplete response counts as a connection reset", async () => {
  const half: Handler = async (_request, answer) => {
    const stream = await answer.stream();
    await stream.text('{"ok":');
    stream.cut();
  };
  await withServer([half, ok], async (transport) => {
    assertEquals(await transport.request(get), { ok: true });
  });
});

Deno.test("a call fails at its deadline", async () => {
  const clock = fakeClock();
  await withServer((_request, answer) => answer.hang(), async (transport, { requests }) => {
    const answer = assertRejects(() => transport.request(get), ConnectionError);
    await until(() => requests.length === 1);
    clock.advance(30_000);
    const error = await answer;
    assert(error.timedOut);
    assertStringIncludes(error.message, "did not send a usable response");
    assertEquals(requests.length, 1);
    assertEquals(clock.pending(), []);
  }, { clock });
});

Deno.test("after a timeout, the next call opens a new connection", async () => {
  const clock = fakeClock();
  const hang: Handler = (_request, answer) => answer.hang();
  await withServer([ok, hang, ok], async (transport, { requests }) => {
    await transport.request(get);
    const late = assertRejects(() => transport.request(get), ConnectionError);
    await until(() => requests.length === 2);
    clock.advance(30_000);
    await late;
    assertEquals(await transport.request(get), { ok: true });
  }, { clock });
});

Deno.test("a slow call does not close idle connections that other calls use in the meantime", async () => {
  const clock = fakeClock();
  const served = new Set<number>();
  const script: Handler = (request, answer) => {
    if (request.path === "/slow") return answer.hang();
    served.add(request.connection);
    return answer.json(200, { ok: true });
  };
  await withServer(script, async (transport, { requests }) => {
    const slow = { ...get, path: "/slow" };
    const late = assertRejects(() => transport.request(slow), ConnectionError);
    await until(() => requests.length === 1);
    await transport.request(get);
    clock.advance(30_000);
    await late;
    await transport.request(get);
    assertEquals(served.size, 1);
  }, { clock });
});

Deno.test("the wait for other calls does not consume the deadline of a call", async () => {
  const clock = fakeClock();
  const waiting: (() => void)[] = [];
  const script: Handler = async (request, answer) => {
    if (request.path === "/slow") await new Promise<void>((resolve) => waiting.push(resolve));
    await answer.json(200, { ok: true });
  };
  await withServer(script, async (transport) => {
    const slow = { ...get, path: "/slow", deadlineMs: 120_000 };
    const others = Array.from({ length: 16 }, () => transport.request(slow));
    await until(() => waiting.length === 16);
    const last = transport.request(get);
    clock.advance(60_000);
    waiting.forEach((answer) => answer());
    assertEquals(await last, { ok: true });
    await Promise.all(others);
  }, { clock });
});

Deno.test("an abort by the caller ends a call with the caller's reason", async () => {
  await withServer((_request, answer) => answer.hang(), async (transport, { requests }) => {
    const caller = new AbortController();
    const answer = assertRejects(
      () => transport.request({ ...get, signal: caller.signal }),
      Error,
      "enough",
    );
    await until(() => requests.length === 1);
    caller.abort(new Error("enough"));
    await answer;
  });
});

Deno.test("after a 401, the token is renewed and the call retried once", async () => {
  const server = scriptedServer((request, answer) =>
    request.headers.get("authorization") === "Bearer new"
      ? answer.json(200, { ok: true })
      : answer.status(401, "Unauthorized")
  );
  const credentials = ["old", "new"].map((token) => ({
    headers: { authorization: `Bearer ${token}` },
    tls: {},
  }));
  const transport = createTransport(staticConfig(server.url, credentials));
  try {
    assertEquals(await transport.request(post), { ok: true });
    assertEquals(await transport.request(get), { ok: true });
    assertEquals(server.requests.length, 3);
  } finally {
    transport.close();
    await server.close();
  }
});

Deno.test("a second 401 causes an error, which does not show the token", async () => {
  const server = scriptedServer((_request, answer) => answer.status(401, "Unauthorized"));
  const credentials = [{ headers: { authorization: "Bearer topsecret" }, tls: {} }];
  const transport = createTransport(staticConfig(server.url, credentials));
  try {
    const error = await assertRejects(() => transport.request(get), ApiError);
    assertEquals(error.status, 401);
    assertEquals(server.requests.length, 2);
    assert(!Deno.inspect(error).includes("topsecret"));
  } finally {
    transport.close();
    await server.close();
  }
});

Deno.test("onRequest receives every exchange with its code", async () => {
  const records: RequestRecord[] = [];
  await withServer([cut, ok], async (transport) => {
    await transport.request(get);
    assertEquals(records.map(({ code }) => code), ["<error>", "200"]);
    assertEquals(records.map(({ verb, resource }) => `${verb} ${resource}`), [
      "get pods",
      "get pods",
    ]);
  }, { onRequest: (record) => records.push(record) });
});

Deno.test("a stream continues after the deadline of its headers", async () => {
  const clock = fakeClock();
  const script: Handler = async (_request, answer) => {
    const stream = await answer.stream();
    await stream.line(1);
    await until(() => clock.pending().length === 0);
    clock.advance(60_000);
    await stream.line(2);
    await stream.end();
  };
  await withServer(script, async (transport) => {
    const body = await transport.stream({ ...get, verb: "watch", idempotent: false });
    assertEquals((await Array.fromAsync(body)).join(""), "1\n2\n");
  }, { clock });
});

Deno.test("redirects are not followed, because they would receive the credentials", async () => {
  const script: Handler = (_request, answer) =>
    answer.text(302, "", { location: "http://127.0.0.1:9/" });
  await withServer(script, async (transport, { requests }) => {
    const error = await assertRejects(() => transport.request(get), ApiError);
    assertEquals(error.status, 302);
    assertEquals(requests.length, 1);
  });
});

Deno.test("an abort ends a stream even if only its body is still referenced", async () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage: () => void = runInNewContext("gc");
  const script: Handler = async (_request, answer) => {
    const stream = await answer.stream();
    await stream.line(1);
    await stream.hang();
  };
  await withServer(script, async (transport) => {
    const stop = new AbortController();
    const body = await transport.stream({ ...get, idempotent: false, signal: stop.signal });
    await body.next();
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 0));
    collectGarbage();
    stop.abort();
    await assertRejects(() => body.next(), DOMException);
  });
});
