// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { PARTITION } from "../../crds/labels.ts";
import type { Client } from "../../kube/client.ts";
import { createFakeClock } from "../engine/testing/fake_clock.ts";
import type { PartitionPod } from "./pod.ts";
import type { PodEvent } from "./pod_events.ts";
import { createPodWarningReader } from "./pod_warning.ts";
import { pod } from "./testing/objects.ts";

const CREATED = "2026-01-01T00:00:00Z";
const { signal } = new AbortController();

function waiting(change: Partial<PartitionPod> = {}): PartitionPod {
  const created = pod("a", { state: "waiting", ...change });
  return { ...created, metadata: { ...created.metadata, creationTimestamp: CREATED } };
}

function event(reason: string, message: string, uid = "uid-of-a"): PodEvent {
  const metadata = { name: message, creationTimestamp: CREATED };
  return JSON.parse(JSON.stringify({ metadata, involvedObject: { uid }, reason, message }));
}

/** Returns a reader whose list requests return these events. If `events` is undefined, the requests fail. */
function startReader(events: PodEvent[] | undefined) {
  const clock = createFakeClock(Date.parse(CREATED));
  const selectors: unknown[] = [];
  const client: Pick<Client, "list"> = {
    list(_, { fieldSelector } = {}) {
      selectors.push(fieldSelector);
      if (!events) return Promise.reject(new Error("connection refused"));
      return Promise.resolve({ items: events as never[], resourceVersion: "1" });
    },
  };
  const reader = createPodWarningReader(client, clock);
  return { clock, selectors, read: (one = waiting()) => reader([one], signal) };
}

Deno.test("an event of a waiting pod explains why it does not start, after fifteen seconds", async () => {
  const { clock, selectors, read } = startReader([
    event("FailedMount", 'configmap "ca" not found'),
    event("FailedScheduling", "0/1 nodes are available"),
    event("FailedMount", "of an earlier pod", "other"),
  ]);
  assertEquals([await read(), selectors], [{ pollMs: 15_000 }, []]);
  await clock.advance(15_000);
  assertEquals((await read())?.message, 'FailedMount: configmap "ca" not found');
  assertEquals(selectors, [
    "involvedObject.kind=Pod,involvedObject.name=a,type=Warning",
  ]);
});

Deno.test("between two reads, the reader returns the last message", async () => {
  const { clock, selectors, read } = startReader([event("FailedMount", "x")]);
  await clock.advance(15_000);
  await read();
  assertEquals([(await read())?.message, selectors.length], ["FailedMount: x", 1]);
  await clock.advance(10_000);
  await read();
  assertEquals(selectors.length, 2);
});

Deno.test("no event is read for a pod that runs, that is at the gate, or whose status has the reason", async () => {
  const { clock, selectors, read } = startReader([]);
  await clock.advance(15_000);
  for (
    const other of [
      waiting({ state: "running" }),
      waiting({ gates: [PARTITION.gate] }),
      waiting({ startError: 'secret "x" not found' }),
    ]
  ) await read(other);
  assertEquals(selectors, []);
});

Deno.test("a failed list has no message and is repeated", async () => {
  const { clock, read } = startReader(undefined);
  await clock.advance(15_000);
  const warning = await read();
  assertEquals([warning?.message, (warning?.pollMs ?? 0) > 0], [undefined, true]);
});
