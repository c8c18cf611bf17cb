// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import { type Pod, pods } from "./builtin.ts";
import { untilAborted } from "./clock.ts";
import { ConnectionError } from "./errors.ts";
import { HistoryResetError } from "./history.ts";
import { createInformer } from "./informer.ts";
import { fakeClock } from "./testing/fake_clock.ts";
import {
  added,
  bookmark,
  check,
  cut,
  end,
  expired,
  hang,
  list,
  pod,
  stream,
  withInformer,
} from "./testing/informer_harness.ts";
import type { Handler } from "./testing/scripted_server.ts";
import { until } from "./testing/until.ts";

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

Deno.test("a watch without events or bookmarks is opened again without a delay, and does not count as a failure", async () => {
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

for (
  const [name, script] of [
    ["a list", [
      stream([bookmark("5", true), expired], hang),
      stream([bookmark("4", true)], hang),
      list([], "4"),
    ]],
    ["a check after a lost connection", [
      stream([bookmark("5", true)], cut),
      check("4"),
      check("4"),
    ]],
    ["a check of a silent watch", [stream([bookmark("5", true)], hang), check("4"), check("4")]],
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
      await until(() => clock.pending()[0] === 5_000);
      clock.advance(5_000);
      await outdated;
    });
  });
}

Deno.test("a single outdated response does not end the informer, because a member of the storage backend may be behind", async () => {
  const script = [
    stream([bookmark("5", true)], cut),
    check("4"),
    check("5"),
    stream([added("x", "6")], cut),
    check("4"),
    check("6"),
    stream([added("y", "7")], hang),
  ];
  await withInformer(script, async ({ informer, clock, changes, requests }) => {
    for (const count of [1, 2]) {
      await until(() => informer.problem() !== undefined && clock.pending().length === 1);
      clock.advance(clock.pending()[0] ?? 0);
      await until(() => clock.pending()[0] === 5_000);
      clock.advance(5_000);
      await until(() => changes.length === count);
    }
    assertEquals(requests().filter((request) => request === "check").length, 4);
  });
});

Deno.test("watches that the server accepts, but breaks each time, are logged", async () => {
  const broken = [check("5"), stream([], cut)];
  const script = [stream([bookmark("5", true)], cut), ...broken, ...broken, ...broken];
  await withInformer([...script, check("5"), stream([], hang)], async ({ clock, logged }) => {
    for (let count = 1; count <= 4; count++) {
      await until(() => logged.length === count && clock.pending().length === 1);
      clock.advance(clock.pending()[0] ?? 0);
    }
    assertEquals(logged, ["debug", "debug", "debug", "warn"]);
  });
});

Deno.test("if a check times out, the informer lists again instead of repeating the check", async () => {
  const clock = fakeClock();
  const requests: string[] = [];
  const request = { verb: "list", method: "GET", path: "/pods" };
  const informer = createInformer<Pod>({
    client: {
      // deno-lint-ignore require-yield
      async *pages() {
        requests.push("check");
        throw new ConnectionError({ request, message: "no response", timedOut: true });
      },
      async *watch(_resource, { resourceVersion, signal }) {
        requests.push(resourceVersion === undefined ? "streaming list" : "watch");
        yield { type: "BOOKMARK", resourceVersion: "5", initialEventsEnd: true };
        if (requests.length === 1) return yield { type: "BROKEN", error: new Error("cut") };
        if (signal) await untilAborted(signal);
      },
    },
    resource: pods,
    clock,
    random: () => 0,
  });
  const stop = new AbortController();
  informer.start(stop.signal);
  for (const waitMs of [800, 1_600]) {
    await until(() => clock.pending()[0] === waitMs);
    clock.advance(waitMs);
  }
  await until(() => requests.length === 3);
  assertEquals(requests, ["streaming list", "check", "streaming list"]);
  stop.abort();
  await informer.stopped;
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
