// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Client } from "../../kube/client.ts";
import { createSuspendPace, type SuspendStep } from "./suspend_pace.ts";
import { fakeCluster } from "./testing/fake_cluster.ts";
import { partitionJob, storedJob } from "./testing/objects.ts";
import { reconcile } from "./testing/reconcile.ts";

const { signal } = new AbortController();
const job = storedJob();

function pacing() {
  const clock = { nowMs: 0 };
  const managedFields = [{
    manager: "kueue",
    operation: "Update",
    fieldsV1: { "f:spec": { "f:suspend": {} } },
  }];
  const live = { ...job, metadata: { ...job.metadata, managedFields } };
  const client = { get: () => Promise.resolve(live) } as unknown as Pick<Client, "get">;
  const pace = createSuspendPace(client, { now: () => clock.nowMs });
  const apply = async (suspend: boolean) => {
    const step: SuspendStep = { do: "suspend", suspend };
    const limited = await pace.limited(job, step, signal);
    if (limited === step) pace.applied(job, step);
    return limited;
  };
  return { clock, apply };
}

Deno.test("a Job that another client suspends again and again is resumed at most once a minute", async () => {
  const { clock, apply } = pacing();
  for (let count = 0; count < 6; count++) assertEquals((await apply(false)).do, "suspend");
  clock.nowMs = 1_000;
  const held = await apply(false);
  assertEquals(held.do, "wait");
  if (held.do !== "wait") return;
  assertEquals([held.reason, held.pollMs], ["DriftFight", 59_000]);
  assertStringIncludes(held.message, 'field manager "kueue"');
  clock.nowMs = 60_000;
  assertEquals((await apply(false)).do, "suspend");
  assertEquals((await apply(false)).do, "wait");
});

Deno.test("a change of suspend by the user is applied at once", async () => {
  const { apply } = pacing();
  for (let count = 0; count < 7; count++) await apply(false);
  assertEquals((await apply(true)).do, "suspend");
});

Deno.test("the status reports that another client suspends the Job repeatedly", async () => {
  const cluster = fakeCluster({ object: partitionJob() });
  for (let count = 0; count < 7; count++) {
    const suspended = { ...job, spec: { ...job.spec, suspend: true } };
    cluster.stored.job = suspended as typeof job;
    cluster.live["Job"] = cluster.stored.job;
    await reconcile(cluster);
  }
  const message = cluster.stored.object?.status?.message;
  assertStringIncludes(message ?? "", "overwrite each other's changes");
});
