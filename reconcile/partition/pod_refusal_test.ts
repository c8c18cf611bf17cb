// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { type JobEvent, lacksPod, podRefusal } from "./pod_refusal.ts";
import { endedPod, partitionJob, pod, storedJob } from "./testing/objects.ts";

const [EARLIER, BEGUN, LATER] = [
  "2026-01-01T00:00:00Z",
  "2026-01-01T00:01:00Z",
  "2026-01-01T00:02:00Z",
];

function event(message: string, lastTimestamp: string): JobEvent {
  // The API server sends times as strings, although the generated type says Date.
  return JSON.parse(JSON.stringify({ metadata: { name: message }, message, lastTimestamp }));
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
