// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { ApiError } from "../../kube/errors.ts";
import { podCliques } from "../../kube/optional_kinds.ts";
import { createFakeClock } from "../engine/testing/fake_clock.ts";
import { type ExpectedCall, scriptedClient } from "../engine/testing/scripted_client.ts";
import { graph } from "../testing/graph_builder.ts";
import { readyClique, storedSet } from "../testing/grove_objects.ts";
import { createScaler } from "./scale_writes.ts";

const CALL = "patch PodClique team/chat-0-frontend";
const live = readyClique(storedSet(graph().withFrontend().build()), "chat-0-frontend");
const { signal } = new AbortController();

function errorOf(status: number): ApiError {
  const request = { verb: "patch", method: "PATCH", path: "/x" };
  return new ApiError({ status, reason: "", message: `status ${status}`, request });
}

function scaler(...calls: (string | ExpectedCall)[]) {
  const client = scriptedClient(...calls);
  const clock = createFakeClock();
  const scale = createScaler({ client, clock });
  return { client, clock, scale };
}

const to = (replicas: number, resourceVersion = "1") => ({
  resource: podCliques,
  live: { ...live, metadata: { ...live.metadata, resourceVersion } },
  replicas,
});

Deno.test("an object is scaled by its subresource", async () => {
  const { client, scale } = scaler({
    call: CALL,
    check: ({ patch }) =>
      assertEquals(patch, { type: "merge", subresource: "scale", body: { spec: { replicas: 3 } } }),
  });
  const { writes } = await scale([to(3)], signal);
  assertEquals(writes.map(({ verb, why }) => [verb, why]), [["scale", ["1 to 3 replicas"]]]);
  client.done();
});

Deno.test("a scale is not repeated before the store contains it", async () => {
  const { client, scale } = scaler(CALL, CALL);
  await scale([to(3)], signal);
  assertEquals((await scale([to(3)], signal)).writes, []);
  // Another client has scaled the object in the meantime, so the store contains a newer version with other replicas.
  assertEquals((await scale([to(3, "900")], signal)).writes.length, 1);
  client.done();
});

Deno.test("a failed scale is reported, a deleted object and a conflict are not", async () => {
  const answers = [403, 404, 409].map((status) => ({ call: CALL, error: errorOf(status) }));
  const { scale } = scaler(...answers);
  const refused = await scale([to(3)], signal);
  assertEquals(refused.errors.map(({ error }) => (error as ApiError).status), [403]);
  assertEquals(await scale([to(3)], signal), {
    writes: [],
    errors: [],
    blocked: [],
    conflicts: [],
  });
  assertEquals((await scale([to(3)], signal)).conflicts.length, 1);
});

Deno.test("the operator and another client do not scale an object without end", async () => {
  const { client, clock, scale } = scaler(...Array<string>(7).fill(CALL));
  let version = 1_000;
  const attempt = () => scale([to(3, `${version++}`)], signal);
  for (let times = 0; times < 6; times++) assertEquals((await attempt()).writes.length, 1);
  const [held] = (await attempt()).blocked;
  assertEquals([held?.reason, (held?.retryMs ?? 0) > 0], ["DriftFight", true]);
  await clock.advance(60_001);
  assertEquals((await attempt()).writes.length, 1);
  client.done();
});
