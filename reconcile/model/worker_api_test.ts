// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import { fakeClock } from "../../kube/testing/fake_clock.ts";
import { type Handler, scriptedServer } from "../../kube/testing/scripted_server.ts";
import { until } from "../../kube/testing/until.ts";
import { ADAPTER, endpoint } from "./testing/models.ts";
import { createWorkerApi, LOAD_MS, UNLOAD_MS } from "./worker_api.ts";

const worker = endpoint(1);

/** Runs a test with a server that acts as the pod with address 10.0.0.1. */
async function withWorker(
  handler: Handler,
  test: (
    worker:
      & { api: ReturnType<typeof createWorkerApi>; server: ReturnType<typeof scriptedServer> }
      & {
        clock: ReturnType<typeof fakeClock>;
      },
  ) => Promise<void>,
) {
  const server = scriptedServer(handler);
  const clock = fakeClock();
  const api = createWorkerApi(
    (url, init) => fetch(url.replace("http://10.0.0.1:9090", server.url), init),
    clock,
  );
  try {
    await test({ api, server, clock });
  } finally {
    await server.close();
  }
}

async function loadFailure(handler: Handler): Promise<string | undefined> {
  let message: string | undefined;
  await withWorker(handler, async ({ api }) => {
    message = (await api.load(worker, ADAPTER, new AbortController().signal))?.message;
  });
  return message;
}

async function unloadFailure(handler: Handler): Promise<string | undefined> {
  let message: string | undefined;
  await withWorker(handler, async ({ api }) => {
    message = (await api.unload(worker, "a", new AbortController().signal))?.message;
  });
  return message;
}

Deno.test("a load sends name and location of the adapter", async () => {
  await withWorker(
    (_, answer) => answer.json(200, { status: "success" }),
    async ({ api, server }) => {
      assertEquals(await api.load(worker, ADAPTER, new AbortController().signal), undefined);
      const [request] = server.requests;
      assertEquals([request?.method, request?.path, request?.headers.get("content-type")], [
        "POST",
        "/v1/loras",
        "application/json",
      ]);
      assertEquals(JSON.parse(request?.body ?? ""), {
        lora_name: "acme/tuned",
        source: { uri: "s3://weights/tuned" },
      });
    },
  );
});

Deno.test("an unload keeps the slashes of the name, and escapes everything else", async () => {
  await withWorker((_, answer) => answer.text(204, ""), async ({ api, server }) => {
    const { signal } = new AbortController();
    assertEquals(await api.unload(worker, "acme/a b?c#d%2e", signal), undefined);
    const paths = server.requests.map(({ method, path }) => `${method} ${path}`);
    assertEquals(paths, ["DELETE /v1/loras/acme/a%20b%3Fc%23d%252e"]);
  });
});

Deno.test("each status from 200 to 299 is a success, also with a body that is not JSON", async () => {
  for (const status of [200, 201, 202, 299]) {
    assertEquals(await loadFailure((_, answer) => answer.text(status, "loaded")), undefined);
  }
});

Deno.test("a worker that reports an error with status 200 has not loaded the adapter", async () => {
  const report = { status: "error", message: "no space left" };
  assertEquals(
    await loadFailure((_, answer) => answer.json(200, report)),
    "status 200: no space left",
  );
});

Deno.test("the message of a worker is one line of limited length", async () => {
  const message = `line\r\nnext\u0000\u202e ${"x".repeat(400)}`;
  const failure = await loadFailure((_, answer) => answer.json(500, { message }));
  assertEquals(failure, `status 500: line next ${"x".repeat(189)}…`);
});

Deno.test("a body that is no report of a worker does not become part of the message", async () => {
  for (const body of ["<html>", "[1]", '{"message": {"a": 1}}', "x".repeat(100_000), ""]) {
    assertEquals(await loadFailure((_, answer) => answer.text(503, body)), "status 503");
  }
});

Deno.test("a worker without the path names the variable that it needs", async () => {
  assertEquals(
    await loadFailure((_, answer) => answer.text(404, "Route not found")),
    'status 404: the worker does not load adapters; set DYN_LORA_ENABLED to "true" in its environment',
  );
});

Deno.test("a redirect is a failure, and no request follows it", async () => {
  await withWorker(
    (_, answer) => answer.text(307, "", { location: "/metadata" }),
    async ({ api, server }) => {
      const failure = await api.load(worker, ADAPTER, new AbortController().signal);
      assertEquals([failure?.message, server.requests.length], ["status 307", 1]);
    },
  );
});

Deno.test("a lost connection and a response that is not HTTP are failures", async () => {
  const lost = await loadFailure((_, answer) => answer.cut());
  assertEquals(lost?.startsWith("the connection failed: "), true, lost);
  assertEquals(lost?.includes("http://"), false, lost);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const served = (async () => {
    using conn = await listener.accept();
    await conn.read(new Uint8Array(1024));
    await conn.write(new TextEncoder().encode("\u0000garbage\r\n\r\n"));
  })();
  const api = createWorkerApi((_, init) => fetch(`http://127.0.0.1:${port}/`, init), fakeClock());
  const failure = await api.load(worker, ADAPTER, new AbortController().signal);
  assertEquals(failure?.kind, "connection");
  await served;
  listener.close();
});

Deno.test("a worker that hangs, also in the middle of its response, fails at the deadline", async () => {
  const hang: Handler = (_, answer) => answer.hang();
  const stall: Handler = async (_, answer) => {
    const stream = await answer.stream();
    await stream.text('{"status":');
    await stream.hang();
  };
  for (const handler of [hang, stall]) {
    await withWorker(handler, async ({ api, server, clock }) => {
      const { signal } = new AbortController();
      const loading = api.load(worker, ADAPTER, signal);
      await until(() => server.requests.length === 1);
      clock.advance(LOAD_MS);
      assertEquals((await loading)?.message, "no response within 10 s");
      const unloading = api.unload(worker, "a", signal);
      await until(() => server.requests.length === 2);
      clock.advance(UNLOAD_MS);
      assertEquals((await unloading)?.message, "no response within 5 s");
      assertEquals(clock.pending(), []);
    });
  }
});

Deno.test("a body without an end is read only up to a limit", async () => {
  const endless: Handler = async (_, answer) => {
    const stream = await answer.stream();
    for (let count = 0; count < 5; count++) await stream.text("x".repeat(4_096));
    await stream.hang();
  };
  assertEquals(await loadFailure(endless), undefined);
});

Deno.test("an aborted request rejects, so that the endpoint does not count as failed", async () => {
  await withWorker((_, answer) => answer.hang(), async ({ api, server }) => {
    const stop = new AbortController();
    const loading = api.load(worker, ADAPTER, stop.signal);
    await until(() => server.requests.length === 1);
    stop.abort(new Error("stopped"));
    await assertRejects(() => loading, Error, "stopped");
  });
});

Deno.test("an adapter that a worker has not loaded counts as unloaded", async () => {
  assertEquals(await unloadFailure((_, answer) => answer.text(404, "")), undefined);
  const unknown = { status: "error", message: "LoRA adapter 'a' not found. Available LoRAs: []" };
  assertEquals(await unloadFailure((_, answer) => answer.json(200, unknown)), undefined);
  assertEquals(await unloadFailure((_, answer) => answer.json(500, unknown)), undefined);
  const busy = { status: "error", message: "busy" };
  assertEquals(await unloadFailure((_, answer) => answer.json(200, busy)), "status 200: busy");
});
