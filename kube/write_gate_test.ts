// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ApiError, ConnectionError } from "./errors.ts";
import type { TransportRequest } from "./exchange.ts";
import { type Handler, scriptedServer } from "./testing/scripted_server.ts";
import { staticConfig } from "./testing/static_config.ts";
import { createTransport, type Transport } from "./transport.ts";
import { isHeldBack, type WriteGate, WriteHeldBack } from "./write_gate.ts";

const write: TransportRequest = {
  verb: "apply",
  method: "PATCH",
  path: "/api/v1/namespaces/a/services/b?force=true",
  resource: "services",
  namespace: "a",
  idempotent: true,
};
const read: TransportRequest = { ...write, verb: "get", method: "GET", path: "/x" };
const ok: Handler = (_request, answer) => answer.json(200, {});

async function through(
  gate: Partial<WriteGate>,
  script: Handler | Handler[],
  test: (transport: Transport, requests: readonly { path: string }[]) => Promise<void>,
) {
  const server = scriptedServer(script);
  const whole = { prepare: () => Promise.resolve(), admit: () => 4_000, ...gate };
  const transport = createTransport(staticConfig(server.url), { gate: whole, random: () => 0 });
  try {
    await test(transport, server.requests);
  } finally {
    transport.close();
    await server.close();
  }
}

const held = () => {
  throw new WriteHeldBack(write, "another replica may lead");
};

Deno.test("a write that the gate does not admit is not sent, and reads bypass the gate", async () => {
  await through({ admit: held }, ok, async (transport, requests) => {
    const error = await assertRejects(() => transport.request(write), WriteHeldBack);
    assertStringIncludes(error.message, "another replica may lead");
    await transport.request(read);
    assertEquals(requests.map(({ path }) => path), ["/x"]);
  });
});

Deno.test("a write has the remaining time as a timeout in its query", async () => {
  await through({ admit: () => 60_000 }, ok, async (transport, requests) => {
    await transport.request(write);
    const [path, timeout = ""] = requests[0]?.path.split("&timeout=") ?? [];
    assertEquals(path, write.path);
    const leftMs = Number(/^(\d+)ms$/.exec(timeout)?.[1]);
    assert(leftMs > 0 && leftMs <= 60_000, timeout);
  });
});

Deno.test("the gate checks every attempt", async () => {
  const cut: Handler = (_request, answer) => answer.cut();
  let asked = 0;
  const admit = () => ++asked <= 2 ? 4_000 : held();
  await through({ admit }, [cut, ok], async (transport, requests) => {
    await assertRejects(() => transport.request(write), WriteHeldBack);
    assertEquals(requests.length, 1);
  });
});

Deno.test("the gate checks an attempt again before it is sent, and refuses it after a pause of the process", async () => {
  let asked = 0;
  const admit = () => ++asked === 1 ? 4_000 : held();
  await through({ admit }, ok, async (transport, requests) => {
    await assertRejects(() => transport.request(write), WriteHeldBack);
    await transport.request(read);
    assertEquals(requests.map(({ path }) => path), ["/x"]);
  });
});

Deno.test("an attempt is aborted after the time that the gate allows", async () => {
  const hang: Handler = (_request, answer) => answer.hang();
  const create = { ...write, method: "POST", idempotent: false };
  await through({ admit: () => 20 }, hang, async (transport, requests) => {
    await assertRejects(() => transport.request(create), ConnectionError);
    assert(requests.length <= 1, "on a busy machine, the time may end before the request arrives");
  });
});

Deno.test("a write that reached its time limit is not sent again, to avoid more load on a slow API server", async () => {
  const hang: Handler = (_request, answer) => answer.hang();
  await through({ admit: () => 20 }, [hang, ok], async (transport, requests) => {
    const error = await assertRejects(() => transport.request(write), ConnectionError);
    assert(error.timedOut);
    assertStringIncludes(error.message, "no response within 20 ms");
    assert(requests.length <= 1, "on a busy machine, the time may end before the request arrives");
  });
});

Deno.test("the gate receives the remaining time of an attempt without a response", async () => {
  const left: number[] = [];
  const unanswered = (forMs: number) => void left.push(forMs);
  const conflict: Handler = (_request, answer) => answer.status(409, "Conflict");
  const cut: Handler = (_request, answer) => answer.cut();
  const create = { ...write, method: "POST", idempotent: false };
  await through({ unanswered }, [cut, conflict, ok], async (transport) => {
    await assertRejects(() => transport.request(create), ConnectionError);
    const [forMs = 0] = left;
    assert(forMs > 2_000 && forMs <= 4_000, `${left}`);
    await assertRejects(() => transport.request(create), ApiError, "Conflict");
    await transport.request(create);
    assertEquals(left.length, 1);
  });
});

for (const [name, tls] of [["Deno", {}], ["Node", { insecureSkipVerify: true }]] as const) {
  Deno.test(`a write whose connection was refused counts as not sent (${name}'s HTTP client)`, async () => {
    const server = scriptedServer(ok);
    await server.close();
    const left: number[] = [];
    const gate: WriteGate = {
      prepare: () => Promise.resolve(),
      admit: () => 4_000,
      unanswered: (forMs) => void left.push(forMs),
    };
    const url = server.url.replace("http:", "https:");
    const transport = createTransport(staticConfig(url, [{ headers: {}, tls }]), { gate });
    const create = { ...write, method: "POST", idempotent: false };
    const error = await assertRejects(() => transport.request(create), ConnectionError);
    assert(/refused/i.test(error.message), error.message);
    assertEquals(left, []);
    transport.close();
  });
}

Deno.test("isHeldBack matches an AggregateError only if all of its errors match", () => {
  const back = new WriteHeldBack(write, "why");
  assertEquals(isHeldBack(new AggregateError([back, back])), true);
  assertEquals(isHeldBack(new AggregateError([back, new Error("other")])), false);
  assertEquals(isHeldBack(new AggregateError([])), false);
});
