// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { type Pod, pods } from "./builtin.ts";
import { createClient } from "./client.ts";
import { createInformer, type Informer } from "./informer.ts";
import { type FakeClock, fakeClock } from "./testing/fake_clock.ts";
import {
  type Answer,
  type AnswerStream,
  type Handler,
  scriptedServer,
} from "./testing/scripted_server.ts";
import { staticConfig } from "./testing/static_config.ts";
import { until } from "./testing/until.ts";
import { createTransport } from "./transport.ts";

interface Scene {
  informer: Informer<Pod>;
  clock: FakeClock;
  changes: string[];
  /** Queries of the requests so far, shortened. */
  asked(): string[];
}

/** Plays `script` against an informer on pods until `test` is through. */
async function play(
  script: Handler[],
  test: (scene: Scene) => Promise<void>,
  streamingList = true,
) {
  const server = scriptedServer(script);
  const transport = createTransport(staticConfig(server.url));
  const clock = fakeClock();
  const informer = createInformer({
    client: createClient(transport),
    resource: pods,
    clock,
    random: () => 0,
    streamingList,
  });
  const changes: string[] = [];
  informer.onChange(({ type, object }) => {
    changes.push(`${type} ${object.metadata.name}@${object.metadata.resourceVersion}`);
  });
  const asked = () =>
    server.requests.map(({ query }) => {
      if (query.get("sendInitialEvents")) return "streaming list";
      return query.get("watch") ? `watch from ${query.get("resourceVersion")}` : "list";
    });
  const stop = new AbortController();
  informer.start(stop.signal);
  try {
    await test({ informer, clock, changes, asked });
  } finally {
    stop.abort();
    await informer.stopped;
    transport.close();
    await server.close();
  }
  assertEquals(clock.pending(), []);
}

function pod(name: string, resourceVersion: string, uid = `uid-${name}`) {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "a", uid, resourceVersion },
  };
}

const added = (name: string, version: string) => ({ type: "ADDED", object: pod(name, version) });
const bookmark = (resourceVersion: string, initialEventsEnd = false) => ({
  type: "BOOKMARK",
  object: {
    kind: "Pod",
    metadata: {
      resourceVersion,
      ...(initialEventsEnd ? { annotations: { "k8s.io/initial-events-end": "true" } } : {}),
    },
  },
});
const gone = { type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired" } };

/** Answers with a stream that says `lines` and then does `last`. */
function stream(lines: unknown[], last: (stream: AnswerStream) => Promise<void> | void): Handler {
  return async (_request, answer: Answer) => {
    const body = await answer.stream();
    for (const line of lines) await body.line(line);
    await last(body);
  };
}
const hang = (body: AnswerStream) => body.hang();
const end = (body: AnswerStream) => body.end();
const cut = (body: AnswerStream) => body.cut();

function list(items: unknown[], resourceVersion: string, next?: string): Handler {
  const metadata = { resourceVersion, ...(next ? { continue: next } : {}) };
  return (_request, answer) => answer.json(200, { metadata, items });
}

Deno.test("a streaming list is in sync at its bookmark, and goes on as a watch", async () => {
  const lines = [added("x", "3"), bookmark("5", true), added("y", "6")];
  await play([stream(lines, hang)], async ({ informer, changes, asked }) => {
    assertEquals(informer.silentForMs(), Infinity);
    await informer.synced;
    await until(() => changes.length === 2);
    assertEquals(informer.state(), "synced");
    assertEquals(changes, ["added x@3", "added y@6"]);
    assertEquals(asked(), ["streaming list"]);
    assertEquals(informer.silentForMs(), 0);
  });
});

Deno.test("without a projection the store keeps all but the managed fields", async () => {
  const { metadata, ...object } = pod("x", "3");
  const full = { ...object, metadata: { ...metadata, managedFields: [{ manager: "kubectl" }] } };
  const lines = [{ type: "ADDED", object: full }, bookmark("5", true)];
  await play([stream(lines, hang)], async ({ informer }) => {
    await informer.synced;
    assertEquals(informer.store.list(), [pod("x", "3")]);
  });
});

Deno.test("a server without streaming lists is asked for pages", async () => {
  const refuse: Handler = (_request, answer) =>
    answer.status(422, "Invalid", "sendInitialEvents is forbidden");
  const script = [refuse, list([pod("x", "3")], "5", "more"), list([pod("y", "4")], "5")];
  await play([...script, stream([], hang)], async ({ informer, changes, asked }) => {
    await informer.synced;
    assertEquals(changes, ["added x@3", "added y@4"]);
    await until(() => asked().length === 4);
    assertEquals(asked(), ["streaming list", "list", "list", "watch from 5"]);
  });
});

Deno.test("a watch that ends in order goes on from the last bookmark at once", async () => {
  const script = [
    stream([added("x", "3"), bookmark("5", true), bookmark("9")], end),
    stream([added("y", "10")], hang),
  ];
  await play(script, async ({ changes, asked }) => {
    await until(() => changes.length === 2);
    assertEquals(asked(), ["streaming list", "watch from 9"]);
  });
});

Deno.test("a 410 in the middle of a stream lists again and tells the deletions in between", async () => {
  const script = [
    stream([added("x", "3"), added("y", "4"), bookmark("5", true), gone], hang),
    stream([added("y", "4"), added("z", "7"), bookmark("8", true)], hang),
  ];
  await play(script, async ({ informer, changes, asked }) => {
    await until(() => changes.length === 4);
    assertEquals(changes, ["added x@3", "added y@4", "added z@7", "deleted x@3"]);
    assertEquals(asked(), ["streaming list", "streaming list"]);
    assertEquals(informer.store.size, 2);
  });
});

Deno.test("the store serves reads while a relist is under way", async () => {
  const script = [
    stream([added("x", "3"), bookmark("5", true), gone], hang),
    stream([added("z", "7")], hang),
  ];
  await play(script, async ({ informer, changes }) => {
    await until(() => changes.length === 2);
    assertEquals(informer.state(), "synced");
    assertEquals(informer.store.list().map((o) => o.metadata.name), ["x", "z"]);
  });
});

Deno.test("a cut connection goes on from where it was, after a pause", async () => {
  const script = [
    stream([added("x", "3"), bookmark("5", true), added("y", "6")], cut),
    stream([added("z", "7")], hang),
  ];
  await play(script, async ({ informer, clock, changes, asked }) => {
    await until(() => informer.problem() !== undefined);
    assertEquals(clock.pending(), [800]);
    clock.advance(800);
    await until(() => changes.length === 3);
    assertEquals(asked(), ["streaming list", "watch from 6"]);
    assertEquals(informer.problem(), undefined);
  });
});

Deno.test("half a JSON line loses nothing", async () => {
  const script = [
    stream([bookmark("5", true)], async (body) => {
      await body.text('{"type":"ADDED","object":{"meta');
      await body.end();
    }),
    stream([added("x", "6")], hang),
  ];
  await play(script, async ({ informer, clock, changes, asked }) => {
    await until(() => informer.problem() !== undefined);
    clock.advance(800);
    await until(() => changes.length === 1);
    assertEquals(asked(), ["streaming list", "watch from 5"]);
  });
});

Deno.test("a silent connection is dialled anew", async () => {
  const script = [
    stream([bookmark("5", true)], hang),
    stream([added("x", "6")], hang),
  ];
  await play(script, async ({ informer, clock, changes, asked }) => {
    await informer.synced;
    clock.advance(69_000);
    assertEquals(informer.silentForMs(), 69_000);
    assertEquals(asked().length, 1);
    clock.advance(1_000);
    await until(() => informer.problem() !== undefined);
    clock.advance(800);
    await until(() => changes.length === 1);
    assertEquals(asked(), ["streaming list", "watch from 5"]);
  });
});

Deno.test("bookmarks keep a quiet connection alive", async () => {
  const quiet = Promise.withResolvers<void>();
  const script = [
    stream([bookmark("5", true)], async (body) => {
      await quiet.promise;
      await body.line(bookmark("9"));
      await body.hang();
    }),
  ];
  await play(script, async ({ informer, clock, asked }) => {
    await informer.synced;
    clock.advance(60_000);
    quiet.resolve();
    await until(() => informer.silentForMs() === 0);
    clock.advance(60_000);
    assertEquals(informer.silentForMs(), 60_000);
    assertEquals(asked().length, 1);
  });
});

Deno.test("an accepted watch is a sign of life before anything happens", async () => {
  const script = [stream([bookmark("5", true)], hang), stream([], hang)];
  await play(script, async ({ informer, clock, asked }) => {
    await informer.synced;
    clock.advance(70_000);
    await until(() => informer.problem() !== undefined);
    clock.advance(800);
    await until(() => informer.problem() === undefined);
    assertEquals(informer.silentForMs(), 0);
    assertEquals(asked(), ["streaming list", "watch from 5"]);
  });
});

Deno.test("failures in a row wait longer and longer", async () => {
  const refuse: Handler = (_request, answer) => answer.status(403, "Forbidden");
  const script = [refuse, refuse, refuse, stream([bookmark("5", true)], hang)];
  await play(script, async ({ informer, clock }) => {
    for (const waitMs of [800, 1600, 3200]) {
      await until(() => clock.pending()[0] === waitMs);
      clock.advance(waitMs);
    }
    await informer.synced;
  });
});

Deno.test("a server that ends each watch at once is not dialled in a hot loop", async () => {
  const script = [stream([bookmark("5", true)], end), stream([], end), stream([], end)];
  await play(script, async ({ clock, asked }) => {
    await until(() => clock.pending()[0] === 800);
    clock.advance(800);
    await until(() => clock.pending()[0] === 1600);
    assertEquals(asked().length, 3);
  });
});

Deno.test("a server that does not know our resourceVersion is listed again", async () => {
  const unknown: Handler = (_request, answer) =>
    answer.json(504, {
      kind: "Status",
      code: 504,
      reason: "Timeout",
      details: { causes: [{ reason: "ResourceVersionTooLarge" }], retryAfterSeconds: 1 },
    });
  const script = [
    stream([bookmark("5", true)], end),
    unknown,
    stream([bookmark("7", true)], hang),
  ];
  await play(script, async ({ clock, asked }) => {
    await until(() => clock.pending()[0] === 1000);
    clock.advance(1000);
    await until(() => asked().length === 3);
    assertEquals(asked(), ["streaming list", "watch from 5", "streaming list"]);
  });
});

Deno.test("a list whose continue token expires starts once more", async () => {
  const expire: Handler = (_request, answer) => answer.status(410, "Expired");
  const script = [
    list([pod("x", "1"), pod("y", "2")], "3", "more"),
    expire,
    list([pod("y", "2")], "9"),
    stream([], hang),
  ];
  await play(script, async ({ informer, changes }) => {
    await informer.synced;
    assertEquals(changes, ["added x@1", "added y@2", "deleted x@1"]);
  }, false);
});

Deno.test("a relist older than our own write keeps what we wrote", async () => {
  const listing = Promise.withResolvers<void>();
  const script = [
    stream([bookmark("5", true), gone], hang),
    stream([], async (body) => {
      await listing.promise;
      await body.line(bookmark("6", true));
      await body.line(added("ours", "8"));
      await body.hang();
    }),
  ];
  await play(script, async ({ informer, changes, asked }) => {
    await until(() => asked().length === 2);
    informer.store.write(pod("ours", "8"));
    listing.resolve();
    await until(() => informer.silentForMs() === 0 && informer.problem() === undefined);
    assertEquals(changes, ["added ours@8"]);
    assertEquals(informer.store.size, 1);
  });
});

Deno.test("a handler that comes late is told what is there, and one that throws disturbs nobody", async () => {
  await play([stream([added("x", "3"), bookmark("5", true)], hang)], async ({ informer }) => {
    await informer.synced;
    const late: string[] = [];
    informer.onChange(() => {
      throw new Error("a fault of its own");
    });
    informer.onChange(({ type, object }) => late.push(`${type} ${object.metadata.name}`));
    assertEquals(late, ["added x"]);
    informer.store.write(pod("y", "9"));
    assertEquals(late, ["added x", "added y"]);
  });
});

Deno.test("an informer stops before its first answer as well", async () => {
  await play([(_request, answer) => answer.hang()], async ({ asked, informer }) => {
    await until(() => asked().length === 1);
    assertEquals(informer.state(), "starting");
  });
});
