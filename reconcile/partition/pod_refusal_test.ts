// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import { createFakeClock, settle } from "../engine/testing/fake_clock.ts";
import type { PodEvent } from "./pod_events.ts";
import { createPodRefusalReader, lacksPod, podRefusal } from "./pod_refusal.ts";
import type { Client } from "../../kube/client.ts";
import { endedPod, partitionJob, pod, storedJob } from "./testing/objects.ts";

const [EARLIER, BEGUN, LATER] = [
  "2026-01-01T00:00:00Z",
  "2026-01-01T00:01:00Z",
  "2026-01-01T00:02:00Z",
];

function event(message: string, lastTimestamp: string): PodEvent {
  const involvedObject = { kind: "Job", uid: "job-uid" };
  const metadata = { name: message };
  // The API server sends times as strings, although the generated type says Date.
  return JSON.parse(JSON.stringify({ metadata, involvedObject, message, lastTimestamp }));
}

Deno.test("the newest event of the Job contains the reason why it lacks a pod", () => {
  const events = [event("quota", BEGUN), event("limit range", LATER), event("other", EARLIER)];
  assertEquals(podRefusal(events, BEGUN), "limit range");
  assertEquals(podRefusal([], BEGUN), undefined);
});

Deno.test("an event that is older than the end of the last pod concerns an earlier pod", () => {
  assertEquals(podRefusal([event("quota", EARLIER)], BEGUN), undefined);
});

Deno.test("a Job lacks a pod only while the Job controller should create one", () => {
  const object = partitionJob();
  assertEquals(lacksPod(object, storedJob(), []), true);
  assertEquals(lacksPod(object, storedJob(), [endedPod("a", 1)]), true);
  assertEquals(lacksPod(object, storedJob(), [pod("a", { state: "waiting" })]), false);
  assertEquals(lacksPod(object, undefined, []), false);
  assertEquals(lacksPod(object, storedJob([{ type: "Failed" }]), []), false);
  assertEquals(lacksPod(object, storedJob([], { deletionTimestamp: LATER }), []), false);
  assertEquals(lacksPod(partitionJob({ suspend: true }), storedJob(), []), false);
});

function startReader(answer: (signal?: AbortSignal) => Promise<PodEvent[]>) {
  const clock = createFakeClock(Date.parse(BEGUN));
  const namespaces: unknown[] = [];
  const client: Pick<Client, "list"> = {
    async list(_, { namespace, signal } = {}) {
      namespaces.push(namespace);
      return { items: await answer(signal) as never[], resourceVersion: "1" };
    },
  };
  const reader = createPodRefusalReader(client, clock);
  const { signal } = new AbortController();
  const read = (since = BEGUN, job = storedJob()) => reader(job, since, signal);
  return { clock, namespaces, read, reader };
}

Deno.test("the events are not read if a Job has lacked its pod only for a short time", async () => {
  const { clock, namespaces, read } = startReader(() => Promise.resolve([event("quota", LATER)]));
  await clock.advance(14_000);
  assertEquals([await read(), namespaces], [undefined, []]);
  await clock.advance(1_000);
  assertEquals([await read(), namespaces], ["quota", ["team"]]);
});

Deno.test("the events are read if the clock was set back since the Job exists", async () => {
  const { read } = startReader(() => Promise.resolve([event("quota", LATER)]));
  assertEquals(await read(LATER), "quota");
});

Deno.test("all Jobs of a namespace share one list of events in thirty seconds", async () => {
  const { clock, namespaces, read } = startReader(() => Promise.resolve([event("quota", LATER)]));
  const other = storedJob([], { uid: "other" });
  const elsewhere = storedJob([], { namespace: "elsewhere" });
  await clock.advance(15_000);
  assertEquals(await Promise.all([read(), read(BEGUN, other), read(BEGUN, elsewhere)]), [
    "quota",
    undefined,
    "quota",
  ]);
  await clock.advance(29_000);
  await read();
  assertEquals(namespaces, ["team", "elsewhere"]);
  await clock.advance(1_000);
  await read();
  assertEquals(namespaces, ["team", "elsewhere", "team"]);
});

Deno.test("a failed list of events keeps the known reason, and a slow one is abandoned", async () => {
  const answers = [
    () => Promise.resolve([event("quota", LATER)]),
    () => Promise.reject(new Error("connection refused")),
    (signal?: AbortSignal) =>
      new Promise<PodEvent[]>((_, reject) =>
        signal?.addEventListener("abort", () => reject(signal.reason))
      ),
  ];
  const { clock, read } = startReader((signal) => answers.shift()?.(signal) ?? Promise.resolve([]));
  await clock.advance(15_000);
  assertEquals(await read(), "quota");
  await clock.advance(30_000);
  assertEquals(await read(), "quota");
  await clock.advance(30_000);
  const slow = read();
  await settle();
  await clock.advance(3_000);
  assertEquals(await slow, "quota");
});

Deno.test("an abort ends the read of the events", async () => {
  const { clock, reader } = startReader(() => Promise.reject(new Error("aborted")));
  await clock.advance(15_000);
  const controller = new AbortController();
  const read = reader(storedJob(), BEGUN, controller.signal);
  controller.abort(new Error("stopped"));
  await assertRejects(() => read, Error, "stopped");
});
