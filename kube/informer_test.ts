// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import { type Pod, pods } from "./builtin.ts";
import { createClient } from "./client.ts";
import { HistoryResetError } from "./history.ts";
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

interface Context {
  informer: Informer<Pod>;
  clock: FakeClock;
  changes: string[];
  /** Returns a short description of each request so far, such as "list" or "watch from 5". */
  requests(): string[];
}

/** Runs an informer of pods against a scripted server until `test` has ended. */
async function withInformer(
  script: Handler[],
  test: (context: Context) => Promise<void>,
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
  const requests = () =>
    server.requests.map(({ query }) => {
      if (query.get("sendInitialEvents")) return "streaming list";
      if (query.get("limit") === "1") return "check";
      return query.get("watch") ? `watch from ${query.get("resourceVersion")}` : "list";
    });
  const stop = new AbortController();
  informer.start(stop.signal);
  try {
    await test({ informer, clock, changes, requests });
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
const expired = { type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired" } };

/** Returns a handler that responds with a stream of `lines` and then calls `last`. */
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

/** Responds to the check whether the data of the API server is older than the store. */
const check = (resourceVersion: string) => list([], resourceVersion, "more");

Deno.test("an informer has synced at the bookmark of a streaming list, which continues as a watch", async () => {
  const lines = [added("x", "3"), bookmark("5", true), added("y", "6")];
  await withInformer([stream(lines, hang)], async ({ informer, changes, requests }) => {
    assertEquals(informer.silentForMs(), Infinity);
    await informer.synced;
    await until(() => changes.length === 2);
    assertEquals(informer.state(), "synced");
    assertEquals(changes, ["added x@3", "added y@6"]);
    assertEquals(requests(), ["streaming list"]);
    assertEquals(informer.silentForMs(), 0);
  });
});

Deno.test("without a projection, the store keeps all fields except the managed fields", async () => {
  const { metadata, ...object } = pod("x", "3");
  const full = { ...object, metadata: { ...metadata, managedFields: [{ manager: "kubectl" }] } };
  const lines = [{ type: "ADDED", object: full }, bookmark("5", true)];
  await withInformer([stream(lines, hang)], async ({ informer }) => {
    await informer.synced;
    assertEquals(informer.store.list(), [pod("x", "3")]);
  });
});

Deno.test("an informer lists pages if the API server refuses streaming lists", async () => {
  const refuse: Handler = (_request, answer) =>
    answer.status(422, "Invalid", "sendInitialEvents is forbidden");
  const script = [refuse, list([pod("x", "3")], "5", "more"), list([pod("y", "4")], "5")];
  await withInformer([...script, stream([], hang)], async ({ informer, changes, requests }) => {
    await informer.synced;
    assertEquals(changes, ["added x@3", "added y@4"]);
    await until(() => requests().length === 4);
    assertEquals(requests(), ["streaming list", "list", "list", "watch from 5"]);
  });
});

Deno.test("after a normal end, the next watch starts at the last bookmark without a delay", async () => {
  const script = [
    stream([added("x", "3"), bookmark("5", true), bookmark("9")], end),
    stream([added("y", "10")], hang),
  ];
  await withInformer(script, async ({ changes, requests }) => {
    await until(() => changes.length === 2);
    assertEquals(requests(), ["streaming list", "watch from 9"]);
  });
});

Deno.test("a 410 in a stream causes a new list, which reports missed deletions", async () => {
  const script = [
    stream([added("x", "3"), added("y", "4"), bookmark("5", true), expired], hang),
    stream([added("y", "4"), added("z", "7"), bookmark("8", true)], hang),
  ];
  await withInformer(script, async ({ informer, changes, requests }) => {
    await until(() => changes.length === 4);
    assertEquals(changes, ["added x@3", "added y@4", "added z@7", "deleted x@3"]);
    assertEquals(requests(), ["streaming list", "streaming list"]);
    assertEquals(informer.store.list().length, 2);
  });
});

Deno.test("the store serves reads during a relist", async () => {
  const script = [
    stream([added("x", "3"), bookmark("5", true), expired], hang),
    stream([added("z", "7")], hang),
  ];
  await withInformer(script, async ({ informer, changes }) => {
    await until(() => changes.length === 2);
    assertEquals(informer.state(), "synced");
    assertEquals(informer.store.list().map((o) => o.metadata.name), ["x", "z"]);
  });
});

Deno.test("after a lost connection and a delay, the next watch starts at the last event", async () => {
  const script = [
    stream([added("x", "3"), bookmark("5", true), added("y", "6")], cut),
    check("6"),
    stream([added("z", "7")], hang),
  ];
  await withInformer(script, async ({ informer, clock, changes, requests }) => {
    await until(() => informer.problem() !== undefined);
    assertEquals(clock.pending(), [800]);
    clock.advance(800);
    await until(() => changes.length === 3);
    assertEquals(requests(), ["streaming list", "check", "watch from 6"]);
    assertEquals(informer.problem(), undefined);
  });
});

Deno.test("an incomplete JSON line loses no event", async () => {
  const script = [
    stream([bookmark("5", true)], async (body) => {
      await body.text('{"type":"ADDED","object":{"meta');
      await body.end();
    }),
    check("5"),
    stream([added("x", "6")], hang),
  ];
  await withInformer(script, async ({ informer, clock, changes, requests }) => {
    await until(() => informer.problem() !== undefined);
    clock.advance(800);
    await until(() => changes.length === 1);
    assertEquals(requests(), ["streaming list", "check", "watch from 5"]);
  });
});

Deno.test("a watch without events or bookmarks is opened again without a delay, and is no failure", async () => {
  const script = [
    stream([bookmark("5", true)], hang),
    check("9"),
    stream([added("x", "6")], hang),
  ];
  await withInformer(script, async ({ informer, clock, changes, requests }) => {
    await informer.synced;
    clock.advance(69_000);
    assertEquals(informer.silentForMs(), 69_000);
    assertEquals(requests().length, 1);
    clock.advance(1_000);
    await until(() => changes.length === 1);
    assertEquals(requests(), ["streaming list", "check", "watch from 5"]);
    assertEquals(informer.problem(), undefined);
  });
});

Deno.test("bookmarks keep a watch without events open", async () => {
  const quiet = Promise.withResolvers<void>();
  const script = [
    stream([bookmark("5", true)], async (body) => {
      await quiet.promise;
      await body.line(bookmark("9"));
      await body.hang();
    }),
  ];
  await withInformer(script, async ({ informer, clock, requests }) => {
    await informer.synced;
    clock.advance(60_000);
    quiet.resolve();
    await until(() => informer.silentForMs() === 0);
    clock.advance(60_000);
    assertEquals(informer.silentForMs(), 60_000);
    assertEquals(requests().length, 1);
  });
});

Deno.test("an accepted watch counts as connected before its first event", async () => {
  const script = [stream([bookmark("5", true)], hang), check("5"), stream([], hang)];
  await withInformer(script, async ({ informer, clock, requests }) => {
    await informer.synced;
    clock.advance(70_000);
    await until(() => requests().length === 3);
    await until(() => informer.silentForMs() === 0);
    assertEquals(requests(), ["streaming list", "check", "watch from 5"]);
  });
});

Deno.test("repeated failures increase the delay before the next watch", async () => {
  const refuse: Handler = (_request, answer) => answer.status(403, "Forbidden");
  const script = [refuse, refuse, refuse, stream([bookmark("5", true)], hang)];
  await withInformer(script, async ({ informer, clock }) => {
    for (const waitMs of [800, 1600, 3200]) {
      await until(() => clock.pending()[0] === waitMs);
      clock.advance(waitMs);
    }
    await informer.synced;
  });
});

Deno.test("watches that end at once are not reopened in a hot loop", async () => {
  const [closed, checked] = [stream([], end), check("5")];
  const script = [stream([bookmark("5", true)], end), closed, checked, closed, checked, closed];
  await withInformer(script, async ({ clock, requests }) => {
    for (const waitMs of [800, 1600]) {
      await until(() => clock.pending()[0] === waitMs);
      clock.advance(waitMs);
    }
    await until(() => clock.pending()[0] === 3200);
    assertEquals(requests().filter((request) => request === "watch from 5").length, 3);
  });
});

Deno.test("if a streaming list ends early, the informer lists pages after a delay, and later lists stream again", async () => {
  const script = [
    stream([added("x", "3")], end),
    list([pod("x", "3")], "5"),
    stream([bookmark("6"), expired], hang),
    stream([added("x", "3"), bookmark("7", true)], hang),
  ];
  await withInformer(script, async ({ informer, clock, requests }) => {
    await until(() => clock.pending()[0] === 800);
    assertEquals(requests(), ["streaming list"]);
    clock.advance(800);
    await informer.synced;
    await until(() => requests().length === 4);
    assertEquals(requests(), ["streaming list", "list", "watch from 5", "streaming list"]);
  });
});

Deno.test("if a streaming list fails with any error, the informer lists pages after a delay", async () => {
  const fail: Handler = (_request, answer) => answer.status(500, "InternalError");
  await withInformer([fail, list([], "5"), stream([], hang)], async (context) => {
    await until(() => context.clock.pending()[0] === 800);
    context.clock.advance(800);
    await context.informer.synced;
    assertEquals(context.requests().slice(0, 2), ["streaming list", "list"]);
  });
});

Deno.test("resourceVersions that expire again and again increase the delay between the lists", async () => {
  const script = ["5", "6", "7", "8"].map((version) =>
    stream([bookmark(version, true), bookmark(version), expired], hang)
  );
  await withInformer(script, async ({ clock, requests }) => {
    for (const waitMs of [800, 1600]) {
      await until(() => clock.pending()[0] === waitMs);
      clock.advance(waitMs);
    }
    await until(() => clock.pending()[0] === 3200);
    assertEquals(requests().length, 4);
  });
});

for (
  const [name, script] of [
    ["a list", [stream([bookmark("5", true), expired], hang), stream([bookmark("4", true)], hang)]],
    ["a check after a lost connection", [stream([bookmark("5", true)], cut), list([], "4")]],
    ["a check of a silent watch", [stream([bookmark("5", true)], hang), list([], "4")]],
  ] as const
) {
  Deno.test(`${name} shows that the API server's data is older than the store, as after a restored backup`, async () => {
    await withInformer([...script], async ({ informer, clock }) => {
      await informer.synced;
      const outdated = assertRejects(() => informer.outdated, HistoryResetError, "etcd");
      if (name === "a check of a silent watch") clock.advance(70_000);
      else if (name !== "a list") {
        await until(() => clock.pending()[0] === 800);
        clock.advance(800);
      }
      await outdated;
    });
  });
}

Deno.test("an informer lists again if the API server does not know its resourceVersion", async () => {
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
  await withInformer(script, async ({ clock, requests }) => {
    await until(() => clock.pending()[0] === 1000);
    clock.advance(1000);
    await until(() => requests().length === 3);
    assertEquals(requests(), ["streaming list", "watch from 5", "streaming list"]);
  });
});

Deno.test("a list starts again if its continue token expires", async () => {
  const expire: Handler = (_request, answer) => answer.status(410, "Expired");
  const script = [
    list([pod("x", "1"), pod("y", "2")], "3", "more"),
    expire,
    list([pod("y", "2")], "9"),
    stream([], hang),
  ];
  await withInformer(script, async ({ informer, changes }) => {
    await informer.synced;
    assertEquals(changes, ["added x@1", "added y@2", "deleted x@1"]);
  }, false);
});

Deno.test("a relist keeps an object from a newer write", async () => {
  const listing = Promise.withResolvers<void>();
  const script = [
    stream([bookmark("5", true), expired], hang),
    stream([], async (body) => {
      await listing.promise;
      await body.line(bookmark("6", true));
      await body.line(added("ours", "8"));
      await body.hang();
    }),
  ];
  await withInformer(script, async ({ informer, changes, requests }) => {
    await until(() => requests().length === 2);
    informer.store.write(pod("ours", "8"));
    listing.resolve();
    await until(() => informer.silentForMs() === 0 && informer.problem() === undefined);
    assertEquals(changes, ["added ours@8"]);
    assertEquals(informer.store.list().length, 1);
  });
});

Deno.test("a late handler receives the stored objects, and a handler that throws does not affect others", async () => {
  await withInformer(
    [stream([added("x", "3"), bookmark("5", true)], hang)],
    async ({ informer }) => {
      await informer.synced;
      const late: string[] = [];
      informer.onChange(() => {
        throw new Error("a fault of its own");
      });
      informer.onChange(({ type, object }) => late.push(`${type} ${object.metadata.name}`));
      assertEquals(late, ["added x"]);
      informer.store.write(pod("y", "9"));
      assertEquals(late, ["added x", "added y"]);
    },
  );
});

Deno.test("an informer can be stopped before the first response", async () => {
  await withInformer([(_request, answer) => answer.hang()], async ({ requests, informer }) => {
    await until(() => requests().length === 1);
    assertEquals(informer.state(), "starting");
  });
});
