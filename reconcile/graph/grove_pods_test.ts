// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Pod } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import { ApiError } from "../../kube/errors.ts";
import type { ListOptions } from "../../kube/list.ts";
import type { PodClique } from "../../kube/optional_kinds.ts";
import { createFakeClock } from "../engine/testing/fake_clock.ts";
import { graph } from "../testing/graph_builder.ts";
import { groveObserved, planSet, readyClique, storedSet } from "../testing/grove_objects.ts";
import { createGrovePodReader } from "./grove_pods.ts";
import { NO_FINDINGS } from "./grove_status.ts";

const object = graph().withFrontend().build();
const set = storedSet(object);
const ready = readyClique(set, "chat-0-frontend");
const hashed = (hash: string) => ({ "grove.io/pod-template-hash": hash });
const updating: PodClique = {
  ...ready,
  metadata: { ...ready.metadata, labels: hashed("new") },
  status: { ...ready.status, rollingUpdateProgress: { updateStartedAt: "2026-01-01T00:00:00Z" } },
};
const starting: PodClique = { ...ready, status: { ...ready.status, readyReplicas: 0 } };

function podOf(hash: string, ready = "True"): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "chat-0-frontend-x", labels: hashed(hash) },
    status: {
      conditions: [
        { type: "Ready", status: ready },
        { type: "PodScheduled", status: "False", message: "no nodes" },
      ],
    },
  };
}

function reader(answer: () => Pod[] | ApiError) {
  const selectors: (string | undefined)[] = [];
  const clock = createFakeClock();
  async function* pages(_resource: unknown, options: ListOptions = {}) {
    selectors.push(options.labelSelector);
    const found = await answer();
    if (found instanceof ApiError) throw found;
    yield { items: found, resourceVersion: "1" };
  }
  const client = { pages } as unknown as Pick<Client, "pages">;
  const read = createGrovePodReader({ client, clock });
  const { signal } = new AbortController();
  return {
    selectors,
    clock,
    read(clique: PodClique) {
      const observed = { grove: groveObserved({ podCliqueSet: set, cliques: [clique] }) };
      const plan = { grove: planSet(object, { podCliqueSet: set }) };
      return read({ object, plan, observed }, signal);
    },
  };
}

Deno.test("pods of a ready graph are not read", async () => {
  const { read, selectors } = reader(() => []);
  assertEquals(await read(ready), { findings: NO_FINDINGS });
  assertEquals(selectors, []);
});

Deno.test("pods that do not become ready are read after some seconds, at increasing intervals", async () => {
  const { read, selectors, clock } = reader(() => [podOf("new", "False")]);
  assertEquals((await read(starting)).retryMs, 5_000);
  await clock.advance(5_000);
  const { findings, retryMs } = await read(starting);
  assertEquals(selectors, ["grove.io/podclique in (chat-0-frontend)"]);
  assertStringIncludes(findings.causes[0] ?? "", "cannot be scheduled: no nodes");
  assertEquals(retryMs, 10_000);
  assertEquals((await read(starting)).findings, findings);
  assertEquals(selectors.length, 1);
});

for (const [pods, isUpdated] of [["new", true], ["old", false]] as const) {
  Deno.test(`an update is ${isUpdated ? "complete" : "in progress"} with pods of the ${pods} template`, async () => {
    const { read, clock } = reader(() => [podOf(pods)]);
    await read(updating);
    await clock.advance(5_000);
    const { findings } = await read(updating);
    assertEquals([...findings.updated], isUpdated ? ["chat-0-frontend"] : []);
  });
}

Deno.test("a failed read keeps the last findings", async () => {
  const request = { verb: "list", method: "GET", path: "/pods" };
  const error = new ApiError({ status: 500, reason: "", message: "x", request });
  const answers: (Pod[] | ApiError)[] = [[podOf("new")], error];
  const { read, clock } = reader(() => answers.shift() ?? error);
  await read(updating);
  await clock.advance(5_000);
  await read(updating);
  await clock.advance(10_000);
  assertEquals([...(await read(updating)).findings.updated], ["chat-0-frontend"]);
});
