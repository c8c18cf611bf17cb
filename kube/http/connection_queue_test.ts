// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import { fakeClock } from "../testing/fake_clock.ts";
import type { Connection } from "./connection.ts";
import { createConnectionQueue } from "./connection_queue.ts";

interface FakeConnection extends Connection {
  name: string;
  /** Simulates that the server closes the idle connection. */
  end(): void;
}

function setUp() {
  const clock = fakeClock();
  const log: string[] = [];
  const openings: (PromiseWithResolvers<Connection> & { signal: AbortSignal })[] = [];
  const queue = createConnectionQueue((signal) => {
    const opening = { ...Promise.withResolvers<Connection>(), signal };
    openings.push(opening);
    signal.addEventListener("abort", () => opening.reject(signal.reason));
    return opening.promise;
  }, clock);
  function connection(name: string): FakeConnection {
    const { promise, resolve } = Promise.withResolvers<void>();
    return {
      name,
      end: resolve,
      untilEndOfIdle: () => promise,
      close: () => void log.push(`close ${name}`),
      send: () => Promise.reject(new Error("not used")),
    };
  }
  const aborter = new AbortController();
  async function take(signal: AbortSignal = aborter.signal): Promise<string> {
    const taken = await queue.take(signal) as FakeConnection;
    log.push(`take ${taken.name}`);
    return taken.name;
  }
  return { clock, log, openings, queue, connection, take, aborter };
}

Deno.test("the connection that became idle last is used first, and old ones are closed", async () => {
  const { clock, log, openings, queue, connection, take } = setUp();
  queue.release(connection("a"));
  clock.advance(1);
  queue.release(connection("b"));
  clock.advance(60_000);
  await take();
  assertEquals(log, ["close a", "take b"]);
  assertEquals(openings.length, 0);
});

Deno.test("a connection that the server closes while it is idle is not used again", async () => {
  const { log, queue, connection, take } = setUp();
  const [a, b] = [connection("a"), connection("b")];
  queue.release(a);
  queue.release(b);
  b.end();
  await b.untilEndOfIdle();
  await take();
  a.end();
  await a.untilEndOfIdle();
  assertEquals(log, ["close b", "take a"]);
});

Deno.test("a waiting request gets the first connection that is released or opened", async () => {
  const { log, openings, queue, connection, take } = setUp();
  const taken = take();
  queue.release(connection("released"));
  await taken;
  openings[0]?.resolve(connection("opened"));
  await openings[0]?.promise;
  await take();
  assertEquals(log, ["take released", "take opened"]);
  assertEquals(openings.length, 1);
});

Deno.test("a failed connection attempt fails one waiting request", async () => {
  const { openings, connection, take } = setUp();
  const [first, second] = [take(), take()];
  openings[1]?.reject(new Error("refused"));
  await assertRejects(() => first, Error, "refused");
  openings[0]?.resolve(connection("a"));
  assertEquals(await second, "a");
});

Deno.test("at most eight connections are opened at the same time, and later the rest", async () => {
  const { openings, connection, take } = setUp();
  const taken = Promise.all(Array.from({ length: 10 }, () => take()));
  assertEquals(openings.length, 8);
  for (let index = 0; index < 10; index++) {
    openings[index]?.resolve(connection(String(index)));
    await openings[index]?.promise;
    await undefined;
  }
  assertEquals(new Set(await taken).size, 10);
});

Deno.test("after an opening timed out, connections are opened one at a time until one is open", async () => {
  const { clock, openings, connection, take } = setUp();
  const late = assertRejects(take, Error, "client error (Connect): no connection within 30 s");
  clock.advance(30_000);
  await late;
  const slow = [take(), take()];
  assertEquals(openings.length, 2);
  openings[1]?.resolve(connection("a"));
  await slow[0];
  const more = [take(), take()];
  await undefined;
  assertEquals(openings.length, 5);
  for (const name of ["b", "c", "d"]) openings[name.charCodeAt(0) - 96]?.resolve(connection(name));
  await Promise.all([...slow, ...more]);
});

Deno.test("a request does not wait for a slow connection that was opened for an earlier request", async () => {
  const { aborter, clock, openings, connection, take } = setUp();
  const aborted = take(aborter.signal);
  aborter.abort(new Error("enough"));
  await assertRejects(() => aborted, Error, "enough");
  clock.advance(2_000);
  const next = take(new AbortController().signal);
  assertEquals(openings.length, 2);
  openings[1]?.resolve(connection("b"));
  assertEquals(await next, "b");
  // The attempt to open the first connection times out. The queue still opens several connections at once, because a
  // later attempt has succeeded.
  clock.advance(28_000);
  await undefined;
  const more = [take(new AbortController().signal), take(new AbortController().signal)];
  assertEquals(openings.length, 4);
  for (const index of [2, 3]) openings[index]?.resolve(connection(String(index)));
  await Promise.all(more);
});

Deno.test("an aborted request leaves the queue, and its connection is kept for the next one", async () => {
  const { aborter, openings, connection, take } = setUp();
  const aborted = take(aborter.signal);
  aborter.abort(new Error("enough"));
  await assertRejects(() => aborted, Error, "enough");
  openings[0]?.resolve(connection("a"));
  await openings[0]?.promise;
  assertEquals(await take(new AbortController().signal), "a");
  assertEquals(openings.length, 1);
});

Deno.test("after close, released connections are closed, and attempts without a waiting request are aborted", async () => {
  const { aborter, log, openings, queue, connection, take } = setUp();
  queue.release(connection("a"));
  const aborted = [take(), take()];
  await aborted[0];
  aborter.abort(new Error("enough"));
  await assertRejects(() => aborted[1] ?? Promise.resolve(), Error, "enough");
  queue.close();
  queue.release(connection("b"));
  assertEquals(log, ["take a", "close b"]);
  assertEquals(openings[0]?.signal.aborted, true);
});
