// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { isHeldBack } from "../kube/write_gate.ts";
import { isHandoverSafe, type WriterTimes } from "./handover_times.ts";
import { MARKER_NAME } from "./marker_lease.ts";
import { createScope } from "./scope.ts";
import { fakeClocks } from "./testing/fake_clocks.ts";
import { markerServer } from "./testing/marker_server.ts";
import { createGate } from "./write_gate.ts";

const WRITE = { verb: "apply", method: "PATCH", path: "/x", resource: "services", namespace: "a" };
const STEP_MS = 100;
const OLDER = { freshnessMs: 5_000, writeTimeoutMs: 4_000 };
const NEWER = { freshnessMs: 5_000, writeTimeoutMs: 12_000 };

/**
 * Returns when the last write of a cluster-wide operator ends, in milliseconds from the creation of a marker Lease.
 * The operator lists all marker Leases just before this creation, and receives no event and no list after it.
 */
async function lastWriteEndsAfterMs({ freshnessMs, writeTimeoutMs }: WriterTimes): Promise<number> {
  const server = markerServer(MARKER_NAME);
  const clocks = fakeClocks();
  const stop = new AbortController();
  const scope = createScope({ client: server.client, freshnessMs, clocks, random: () => 0 });
  const gate = createGate({ deadlines: [], writeTimeoutMs, scope, clock: clocks.monotonic });
  scope.informer.start(stop.signal);
  await scope.informer.synced;
  await scope.refresh();
  server.watchPaused = server.failing = true;
  server.mark("a", "1");
  let endsMs = 0;
  for (let nowMs = 0; nowMs < 60_000; nowMs += STEP_MS) {
    try {
      endsMs = nowMs + gate.admit(WRITE);
    } catch (error) {
      if (!isHeldBack(error)) throw error;
      break;
    }
    await clocks.advance(STEP_MS);
  }
  stop.abort();
  await clocks.advance(100_000);
  await scope.informer.stopped;
  return endsMs;
}

for (
  const [name, writer, handoverDelayMs, safe] of [
    ["two operators with the default times", NEWER, 20_000, true],
    ["two operators with the times of an older version", OLDER, 10_000, true],
    ["an older cluster-wide operator and a newer namespace-scoped one", OLDER, 20_000, true],
    ["a newer cluster-wide operator and an older namespace-scoped one", NEWER, 10_000, false],
    [
      "two operators without a margin",
      { freshnessMs: 8_000, writeTimeoutMs: 12_000 },
      20_000,
      false,
    ],
  ] as const
) {
  Deno.test(`a handover between ${name} is ${safe ? "safe" : "not safe"}`, async () => {
    assertEquals(isHandoverSafe(writer, handoverDelayMs), safe);
    // The simulation proceeds in steps, so its result is earlier than the exact time by up to one step.
    assertEquals(await lastWriteEndsAfterMs(writer) + STEP_MS < handoverDelayMs, safe);
  });
}
