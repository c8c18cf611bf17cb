// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { ApiError } from "../../kube/errors.ts";
import { fakeClock } from "../../kube/testing/fake_clock.ts";
import { done } from "./outcome.ts";
import { reportUnreadable } from "./reconcile.ts";
import { apiError } from "./testing/executor.ts";
import { DELETED, type Thing, thing, things } from "./testing/thing.ts";

/** Returns two values: the calls of the client and the store in their order, and the outcome. */
async function report(
  stored: Thing | undefined,
  { paused = false, refusal }: { paused?: boolean; refusal?: ApiError } = {},
) {
  const calls: string[] = [];
  const { outcome } = await reportUnreadable(
    {
      resource: things,
      isPaused: () => paused,
      unreadableStatus: (_, { names }, nowIso) => ({ state: `${names} ${nowIso}` }),
    },
    {
      client: {
        list: () => Promise.reject(new Error("Unexpected list")),
        patch: () => Promise.reject(new Error("Unexpected patch")),
        patchStatus(_resource, { metadata: { resourceVersion } }, status) {
          calls.push(`status of ${resourceVersion} ${JSON.stringify(status)}`);
          return refusal ? Promise.reject(refusal) : Promise.resolve(thing() as never);
        },
      },
      store: { get: () => stored, write: () => calls.push("store") },
      clock: fakeClock(),
    },
    {
      key: "n/a",
      unreadable: { names: "secrets", reason: "no", sinceIso: "2023-12-31T23:59:00Z" },
      signal: new AbortController().signal,
    },
  );
  return { calls, outcome };
}

Deno.test("an object that cannot be reconciled gets only its status, once", async () => {
  const state = "secrets 2024-01-01T00:00:00Z";
  assertEquals(await report(thing()), {
    calls: [`status of 5 {"state":"${state}"}`, "store"],
    outcome: "done",
  });
  assertEquals(await report(thing({}, { state })), { calls: [], outcome: "done" });
});

Deno.test("an absent or paused object and an object that is being deleted report no unreadable kind", async () => {
  const nothing = { calls: [], ...done };
  assertEquals(await report(undefined), nothing);
  assertEquals(await report(thing(), { paused: true }), nothing);
  assertEquals(await report(thing(DELETED)), nothing);
});

Deno.test("a conflict of the report requeues the key", async () => {
  assertEquals((await report(thing(), { refusal: apiError(409, "Conflict") })).outcome, "requeue");
  assertEquals((await report(thing(), { refusal: apiError(404, "NotFound") })).outcome, "done");
});
