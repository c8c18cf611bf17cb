// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Client } from "./client.ts";
import { createEventRecorder, type EventRecorderOptions } from "./events.ts";
import type { KubeObject } from "./object.ts";
import { type FakeClock, fakeClock } from "./testing/fake_clock.ts";

const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "x", namespace: "a", uid: "u", resourceVersion: "5" },
};
const scaled = { type: "Normal", reason: "Scaled", action: "Scale", note: "To 3" } as const;

interface Call {
  verb: string;
  name: string;
  body: unknown;
}

function recordingClient(fail: (call: number) => boolean = () => false) {
  const calls: Call[] = [];
  const answer = (call: Call) => {
    calls.push(call);
    if (fail(calls.length)) throw new Error("refused");
    return Promise.resolve(pod as never);
  };
  const client: Pick<Client, "create" | "patch"> = {
    create: (_resource, object) =>
      answer({ verb: "create", name: object.metadata.name, body: object }),
    patch: (_resource, at, { body }) => answer({ verb: "patch", name: at.name, body }),
  };
  return { client, calls };
}

function setUp(options: Partial<EventRecorderOptions> = {}, fail?: (call: number) => boolean) {
  const clock: FakeClock = fakeClock();
  const { client, calls } = recordingClient(fail);
  let made = 0;
  const recorder = createEventRecorder({
    client,
    clock,
    reportingController: "dynamo.nvidia.com/operator",
    reportingInstance: "operator-0",
    suffix: () => `s${++made}`,
    ...options,
  });
  return { recorder, clock, calls };
}

Deno.test("the first occurrence creates an Event", async () => {
  const { recorder, calls, clock } = setUp();
  recorder.event(pod, scaled);
  await recorder.flush();
  assertEquals(calls, [{
    verb: "create",
    name: "x.s1",
    body: {
      apiVersion: "events.k8s.io/v1",
      kind: "Event",
      metadata: { name: "x.s1", namespace: "a" },
      eventTime: "2024-01-01T00:00:00.000000Z",
      reportingController: "dynamo.nvidia.com/operator",
      reportingInstance: "operator-0",
      ...scaled,
      regarding: {
        apiVersion: "v1",
        kind: "Pod",
        name: "x",
        namespace: "a",
        uid: "u",
        resourceVersion: "5",
      },
    },
  }]);
  assertEquals(clock.pending(), []);
});

Deno.test("repeated occurrences cause one patch of the series", async () => {
  const { recorder, calls, clock } = setUp();
  for (let n = 0; n < 100; n++) {
    recorder.event(pod, scaled);
    clock.advance(100);
  }
  assertEquals(clock.pending().length, 1);
  clock.advance(30_000);
  await recorder.flush();
  assertEquals(calls.map(({ verb, name }) => `${verb} ${name}`), ["create x.s1", "patch x.s1"]);
  assertEquals(calls[1]?.body, {
    series: { count: 100, lastObservedTime: "2024-01-01T00:00:09.900000Z" },
  });
});

Deno.test("a flush does not wait for the next update of a series", async () => {
  const { recorder, calls, clock } = setUp();
  recorder.event(pod, scaled);
  recorder.event(pod, scaled);
  await recorder.flush();
  assertEquals(calls.map(({ verb }) => verb), ["create", "patch"]);
  assertEquals(clock.pending(), []);
});

Deno.test("after six minutes without an occurrence, the next one creates a new Event", async () => {
  const { recorder, calls, clock } = setUp();
  recorder.event(pod, scaled);
  clock.advance(360_000);
  recorder.event(pod, scaled);
  await recorder.flush();
  assertEquals(calls.map(({ verb, name }) => `${verb} ${name}`), ["create x.s1", "create x.s2"]);
});

Deno.test("another note, reason or object creates another Event", async () => {
  const { recorder, calls } = setUp();
  recorder.event(pod, scaled);
  recorder.event(pod, { ...scaled, note: "To 4" });
  recorder.event(pod, { ...scaled, reason: "Failed", type: "Warning" });
  recorder.event({ ...pod, metadata: { ...pod.metadata, uid: "successor" } }, scaled);
  await recorder.flush();
  assertEquals(calls.map(({ verb }) => verb), ["create", "create", "create", "create"]);
});

Deno.test("a failed request is counted and not thrown, and the next occurrence creates the Event again", async () => {
  let lost = 0;
  const { recorder, calls } = setUp({ onLost: () => lost++ }, (call) => call === 1);
  recorder.event(pod, scaled);
  await recorder.flush();
  assertEquals(lost, 1);
  recorder.event(pod, scaled);
  await recorder.flush();
  assertEquals(calls.map(({ verb }) => verb), ["create", "create"]);
});

Deno.test("the number of waiting Events is limited if the API server does not respond", async () => {
  let lost = 0;
  const released = Promise.withResolvers<void>();
  const { client, calls } = recordingClient();
  const slow: typeof client = {
    ...client,
    async create(resource, object) {
      await released.promise;
      return await client.create(resource, object);
    },
  };
  const { recorder } = setUp({ client: slow, onLost: () => lost++ });
  for (let n = 0; n < 1_500; n++) recorder.event(pod, { ...scaled, note: String(n) });
  assertEquals(lost, 500);
  released.resolve();
  await recorder.flush();
  assertEquals(calls.length, 1_000);
});

Deno.test("a long note is shortened between characters, and a long name before its suffix", async () => {
  const { recorder, calls } = setUp();
  const long: KubeObject = { ...pod, metadata: { ...pod.metadata, name: "n".repeat(253) } };
  recorder.event(long, { ...scaled, note: "ü".repeat(1000) });
  await recorder.flush();
  const body = calls[0]?.body;
  assert(typeof body === "object" && body !== null && "note" in body);
  assertEquals(body.note, "ü".repeat(510) + "…");
  assertEquals(calls[0]?.name.length, 253);
  assertMatch(calls[0]?.name ?? "", /\.s1$/);
});
