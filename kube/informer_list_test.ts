// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import {
  added,
  bookmark,
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
