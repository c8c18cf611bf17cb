// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import type { EventContent } from "../../kube/events.ts";
import type { KubeObject } from "../../kube/object.ts";
import { fakeClock } from "../../kube/testing/fake_clock.ts";
import { apiError } from "../engine/testing/executor.ts";
import { endpoint, loraModel, podOf } from "./testing/models.ts";
import { createUnloader, DEADLINE_MS } from "./unload.ts";

const { signal } = new AbortController();
const ENDPOINTS = [endpoint(1), endpoint(2)];
const FAILURE = { kind: "status 500", message: "status 500" };

/** Creates an unloader and two fake workers. Requests to the pods in `failing` fail; all other requests succeed. */
function start({ failing = new Set<string>(), isForbidden = false } = {}) {
  const clock = fakeClock();
  const requests: string[] = [];
  const events: EventContent[] = [];
  const unload = createUnloader({
    clock,
    client: {
      async *pages() {
        if (isForbidden) throw apiError(403, "pods is forbidden");
        const items = ENDPOINTS.map(podOf) as KubeObject[];
        yield await Promise.resolve({ items: items as never[], resourceVersion: "1" });
      },
    },
    api: {
      load: () => Promise.reject(new Error("Unexpected load")),
      unload({ podName }, modelName) {
        requests.push(`${podName} ${modelName}`);
        return Promise.resolve(failing.has(podName) ? FAILURE : undefined);
      },
    },
    recorder: { event: (_about, content) => void events.push(content) },
    accepts: () => true,
  });
  const run = (names = ["a"], endpoints = ENDPOINTS, model = loraModel()) =>
    unload(model, { names, endpoints }, signal);
  return { clock, requests, events, run, failing };
}

Deno.test("all names are unloaded from all endpoints, once, with one event", async () => {
  const { run, requests, events } = start();
  assertEquals(await run(["a", "b"]), { outcome: "done" });
  assertEquals(requests.toSorted(), [
    "worker-001 a",
    "worker-001 b",
    "worker-002 a",
    "worker-002 b",
  ]);
  // The cleanup runs again, for example because the operator could not remove the finalizer.
  assertEquals(await run(["a", "b"]), { outcome: "done" });
  assertEquals(requests.length, 4);
  assertEquals(events.map(({ reason, note }) => `${reason}: ${note}`), [
    "LoRAUnloaded: Unloaded LoRA from 2 endpoint(s)",
  ]);
});

Deno.test("without endpoints or adapters nothing is unloaded", async () => {
  const { run, requests, events } = start();
  assertEquals(await run([]), { outcome: "done" });
  assertEquals(await run(["a"], []), { outcome: "done" });
  assertEquals([requests.length, events.length], [0, 0]);
});

Deno.test("only failed endpoints are called again, until they recover", async () => {
  const { run, requests, failing, clock } = start({ failing: new Set(["worker-002"]) });
  assertEquals(await run(), { outcome: "requeueAfter", afterMs: 5_000 });
  clock.advance(5_000);
  failing.clear();
  assertEquals(await run(), { outcome: "done" });
  assertEquals(requests, ["worker-001 a", "worker-002 a", "worker-002 a"]);
});

Deno.test("the deletion does not wait for an endpoint that no longer exists", async () => {
  const { run } = start({ failing: new Set(["worker-002"]) });
  await run();
  assertEquals(await run(["a"], [endpoint(1)]), { outcome: "done" });
});

Deno.test("the deletion continues at the deadline, also if the pods cannot be listed", async () => {
  for (const isForbidden of [false, true]) {
    const { run, events, clock } = start({ failing: new Set(["worker-001"]), isForbidden });
    const startMs = clock.now();
    for (let result = await run(); result.outcome !== "done"; result = await run()) {
      assert(result.outcome === "requeueAfter");
      clock.advance(result.afterMs);
    }
    assertEquals(clock.now() - startMs, DEADLINE_MS);
    assertEquals(events.map(({ type, reason }) => `${type} ${reason}`), [
      "Warning LoRAUnloadFailed",
    ]);
  }
});

Deno.test("the deadline also ends the deletion of many models at the same time", async () => {
  const { run, clock } = start({ failing: new Set(["worker-001"]) });
  const models = Array.from({ length: 2_000 }, (_, i) => loraModel({ metadata: { uid: `${i}` } }));
  for (const model of models) await run(["a"], ENDPOINTS, model);
  clock.advance(DEADLINE_MS);
  for (const model of models) {
    assertEquals(await run(["a"], ENDPOINTS, model), { outcome: "done" });
  }
});
