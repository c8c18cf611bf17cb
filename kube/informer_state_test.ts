// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { type Pod, pods } from "./builtin.ts";
import { ApiError, ConnectionError } from "./errors.ts";
import { createInformer, type Informer } from "./informer.ts";
import type { KubeObject } from "./object.ts";
import { type FakeClock, fakeClock } from "./testing/fake_clock.ts";
import { until } from "./testing/until.ts";
import type { WatchEvent, WatchOptions } from "./watch.ts";

/**
 * Response to a watch request: an HTTP error status, a refused connection, or a list of all pods. After a list with the
 * field `breaks`, the watch fails.
 */
type Response = number | "connection refused" | Listed;

interface Listed {
  names: string[];
  version: number;
  breaks?: true;
}

interface Setup {
  informer: Informer<Pod>;
  clock: FakeClock;
  changes: string[];
  /** Number of watch requests so far, and how many of them requested a streaming list. */
  requests: { watches: number; lists: number };
  /** Waits until the informer has a timer with this delay, and advances the clock by the delay. */
  pass(delayMs: number): Promise<void>;
}

/**
 * Calls `test` with a running informer of pods. A fake client returns the responses in `script`.
 *
 * @param discovery whether API discovery lists pods, one value per request; further requests fail
 */
async function play(
  script: Response[],
  test: (setup: Setup) => Promise<void>,
  discovery?: boolean[],
) {
  const clock = fakeClock();
  const requests = { watches: 0, lists: 0 };
  async function* watch({ sendInitialEvents, signal, onOpen }: WatchOptions) {
    const response = script[requests.watches++] ?? 500;
    if (sendInitialEvents) requests.lists++;
    if (typeof response === "number") throw refusal(response);
    if (response === "connection refused") throw refusedConnection();
    onOpen?.();
    const { names, version, breaks } = response;
    for (const name of names) yield { type: "ADDED", object: pod(name, version) } as const;
    const resourceVersion = String(version);
    yield { type: "BOOKMARK", resourceVersion, initialEventsEnd: true } as const;
    if (breaks) yield { type: "BROKEN", error: new Error("reset") } as const;
    else if (!signal?.aborted) {
      await new Promise((resolve) => signal?.addEventListener("abort", resolve));
    }
  }
  const informer = createInformer({
    client: {
      watch: <T extends KubeObject>(_: unknown, options: WatchOptions) =>
        watch(options) as AsyncIterable<WatchEvent<KubeObject>> as AsyncIterable<WatchEvent<T>>,
      async *pages() {
        const next = script[requests.watches];
        const isFailing = next === 500 || next === "connection refused";
        if (isFailing) requests.watches++;
        if (next === 500) throw refusal(next);
        if (next === "connection refused") throw refusedConnection();
        yield { items: [], resourceVersion: "5" };
      },
    },
    resource: pods,
    clock,
    random: () => 0,
    isServed: discovery && (() => {
      const served = discovery.shift();
      return served === undefined ? Promise.reject(refusal(503)) : Promise.resolve(served);
    }),
  });
  const changes: string[] = [];
  informer.onChange(({ type, object }) => changes.push(`${type} ${object.metadata.name}`));
  const stop = new AbortController();
  informer.start(stop.signal);
  const pass = async (delayMs: number) => {
    await until(() => clock.pending()[0] === delayMs);
    clock.advance(delayMs);
  };
  try {
    await test({ informer, clock, changes, requests, pass });
  } finally {
    stop.abort();
    await informer.stopped;
  }
}

function pod(name: string, version: number): KubeObject {
  const metadata = { name, namespace: "ns", uid: name, resourceVersion: String(version) };
  return { apiVersion: "v1", kind: "Pod", metadata };
}

function refusedConnection(): ConnectionError {
  const request = { verb: "watch", method: "GET", path: "/" };
  return new ConnectionError({ request, message: "refused" });
}

function refusal(status: number): ApiError {
  const request = { verb: "watch", method: "GET", path: "/" };
  return new ApiError({ status, reason: "", message: "refused", request });
}

Deno.test("a kind is absent after three 404 responses, and is listed when it appears", async () => {
  const script = [404, 404, 404, 404, { names: ["x"], version: 5 }];
  await play(script, async ({ informer, changes, requests, pass }) => {
    await pass(1_000);
    await pass(1_000);
    await informer.settled;
    assertEquals([informer.state(), requests.watches], ["absent", 3]);
    await pass(8_000);
    await pass(8_000);
    await informer.synced;
    assertEquals([informer.state(), informer.problem()], ["synced", undefined]);
    assertEquals(changes, ["added x"]);
  });
});

Deno.test("a kind that API discovery lacks at the start is absent after one 404 or 403 response", async () => {
  for (const status of [404, 403]) {
    await play([status], async ({ informer, requests }) => {
      await informer.settled;
      assertEquals([informer.state(), requests.watches], ["absent", 1]);
    }, [false]);
  }
});

Deno.test("a kind stays absent while RBAC forbids it and API discovery lacks it, and is forbidden when it is served", async () => {
  await play([403, 403, 403, 403], async ({ informer, requests, pass }) => {
    await informer.settled;
    // The second request to API discovery returns false, the third one true.
    for (const watches of [2, 3]) {
      assertEquals(informer.state(), "absent");
      await pass(8_000);
      await until(() => requests.watches === watches);
    }
    await until(() => informer.state() === "forbidden");
  }, [false, false, true]);
});

Deno.test("if API discovery does not respond, absent and forbidden kinds keep their state", async () => {
  await play([403, 403], async ({ informer, requests, pass }) => {
    await informer.settled;
    await pass(8_000);
    await until(() => requests.watches === 2);
    await pass(8_000);
    assertEquals(informer.state(), "absent");
  }, [false]);
  await play([403], async ({ informer }) => {
    await informer.settled;
    assertEquals(informer.state(), "forbidden");
  }, []);
});

Deno.test("a synced kind that is forbidden is absent after API discovery has lacked it three times", async () => {
  const script: Response[] = [{ names: ["x"], version: 5, breaks: true }, 403, 403, 403];
  await play(script, async ({ informer, changes, pass }) => {
    await informer.synced;
    for (const delayMs of [800, 1_000, 1_000]) {
      assertEquals(informer.store.list().length, 1);
      await pass(delayMs);
    }
    await until(() => informer.state() === "absent");
    assertEquals(changes, ["added x", "deleted x"]);
  }, [false, false, false]);
});

Deno.test("a kind that disappears empties the store after the state has changed", async () => {
  const script: Response[] = [{ names: ["x", "y"], version: 5, breaks: true }, 404, 404, 404];
  await play(script, async ({ informer, changes, pass }) => {
    let sizeAtChange = 0;
    await informer.synced;
    informer.onStateChange(() => sizeAtChange = informer.store.list().length);
    for (const delayMs of [800, 1_000, 1_000]) {
      assertEquals(informer.store.list().length, 2);
      await pass(delayMs);
    }
    await until(() => informer.state() === "absent");
    assertEquals(changes, ["added x", "added y", "deleted x", "deleted y"]);
    assertEquals(sizeAtChange, 2);
  });
});

Deno.test("a single 404 keeps the objects in the store", async () => {
  const script: Response[] = [
    { names: ["x"], version: 5, breaks: true },
    ...[404, 404],
    { names: ["x"], version: 6 },
  ];
  await play(script, async ({ informer, changes, requests, pass }) => {
    for (const delayMs of [800, 1_000, 1_000]) await pass(delayMs);
    await until(() => requests.watches === 4 && informer.problem() === undefined);
    assertEquals(informer.state(), "synced");
    assertEquals(changes.filter((change) => change.startsWith("deleted")), []);
  });
});

Deno.test("the store of a forbidden kind keeps its objects, and the kind is listed with backoff until it is permitted", async () => {
  const script: Response[] = [
    { names: ["x"], version: 5, breaks: true },
    ...[403, 403],
    { names: ["z"], version: 8 },
  ];
  await play(script, async ({ informer, changes, requests, pass }) => {
    await informer.synced;
    await pass(800);
    await pass(1_600);
    assertEquals([informer.state(), changes], ["forbidden", ["added x"]]);
    await pass(3_200);
    await until(() => informer.state() === "synced");
    assertEquals(changes, ["added x", "added z", "deleted x"]);
    assertEquals(requests, { watches: 4, lists: 3 });
  });
});

Deno.test("a kind whose list is permitted but not its watch stays forbidden, also without streaming lists", async () => {
  const script: Response[] = [400, 403, 403, 403, { names: ["x"], version: 6 }];
  await play(script, async ({ informer, changes, requests, pass }) => {
    const states: string[] = [];
    informer.onStateChange(() => states.push(informer.state()));
    for (const delayMs of [800, 1_600, 3_200]) await pass(delayMs);
    await until(() => requests.watches === 5 && changes.length > 0);
    assertEquals(states, ["synced", "forbidden", "synced"]);
    assertEquals(informer.problem(), undefined);
  });
});

Deno.test("a kind whose first list fails is settled and failing, and is synced when a list succeeds", async () => {
  const script: Response[] = [500, 500, { names: [], version: 6 }];
  await play(script, async ({ informer, pass }) => {
    await informer.settled;
    assertEquals(informer.state(), "failing");
    await pass(800);
    await pass(1_600);
    await informer.synced;
    assertEquals([informer.state(), informer.problem()], ["synced", undefined]);
  });
});

Deno.test("a kind is settled if the API server does not respond, so that one broken kind does not stop the others", async () => {
  const script: Response[] = ["connection refused", { names: [], version: 6 }];
  await play(script, async ({ informer, pass }) => {
    await informer.settled;
    assertEquals(informer.state(), "starting");
    await pass(800);
    await informer.synced;
  });
});

Deno.test("a kind that cannot be listed or watched for a minute is failing", async () => {
  const failures = Array<Response>(8).fill(500);
  const script: Response[] = [
    { names: ["x"], version: 5, breaks: true },
    ...failures,
    { names: ["x"], version: 6 },
  ];
  await play(script, async ({ informer, clock, pass }) => {
    await informer.synced;
    for (const delayMs of [800, 1_600, 3_200, 6_400, 12_800, 15_000, 15_000]) await pass(delayMs);
    await until(() => clock.pending()[0] === 15_000);
    assertEquals(informer.state(), "synced");
    await pass(15_000);
    await until(() => informer.state() === "failing");
    assertEquals(informer.store.list().length, 1);
    await pass(15_000);
    await until(() => informer.state() === "synced");
  });
});
