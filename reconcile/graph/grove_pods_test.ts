// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { GraphStatus } from "../../crds/kinds/graph.ts";
import type { Pod } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import { setConditions } from "../../kube/conditions.ts";
import { ApiError } from "../../kube/errors.ts";
import type { ListOptions } from "../../kube/list.ts";
import type { PodClique } from "../../kube/optional_kinds.ts";
import { readiness, REASONS } from "../dynamo/conditions.ts";
import { createFakeClock } from "../engine/testing/fake_clock.ts";
import { graph } from "../testing/graph_builder.ts";
import { groveObserved, planSet, readyClique, storedSet } from "../testing/grove_objects.ts";
import { createGrovePodReader } from "./grove_pods.ts";
import { type GroveFindings, groveReasons, NO_FINDINGS } from "./grove_status.ts";

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
const failure = new ApiError({
  status: 500,
  reason: "",
  message: "x",
  request: { verb: "list", method: "GET", path: "/pods" },
});

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
    read(clique: PodClique, status?: GraphStatus) {
      const { plan, observed } = stateOf(clique);
      return read({ object: { ...object, ...(status && { status }) }, plan, observed }, signal);
    },
  };
}

function stateOf(clique: PodClique) {
  const observed = { grove: groveObserved({ podCliqueSet: set, cliques: [clique] }) };
  return { observed, plan: { grove: planSet(object, { podCliqueSet: set }) } };
}

/** Returns a status that reports these findings about a PodClique that is not ready. */
function statusWith(clique: PodClique, findings: GroveFindings): GraphStatus {
  const { plan, observed } = stateOf(clique);
  const message = `chat: ${groveReasons(plan.grove, observed.grove, findings).join("; ")}`;
  const statements = readiness("reconciling", REASONS.someNotReady, message);
  const conditions = setConditions([], statements, {
    generation: 1,
    nowIso: "2026-01-01T00:00:00Z",
  });
  return { observedGeneration: object.metadata.generation, conditions };
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
  const answers: (Pod[] | ApiError)[] = [[podOf("new")], failure];
  const { read, clock } = reader(() => answers.shift() ?? failure);
  await read(updating);
  await clock.advance(5_000);
  await read(updating);
  await clock.advance(10_000);
  assertEquals([...(await read(updating)).findings.updated], ["chat-0-frontend"]);
});

for (const clique of [starting, updating]) {
  const name = clique === starting ? "a cause" : "an unreported update";

  Deno.test(`a restarted operator at once reads pods whose graph reports ${name}`, async () => {
    const pods = [podOf("new", clique === starting ? "False" : "True")];
    const first = reader(() => pods);
    await first.read(clique);
    await first.clock.advance(5_000);
    const { findings } = await first.read(clique);

    const status = statusWith(clique, findings);
    const second = reader(() => pods);
    const again = await second.read(clique, status);
    assertEquals(again.findings, findings);
    assertEquals(again.retryMs, 5_000);
    assertEquals(second.selectors.length, 1);
    assertEquals((await second.read(clique, status)).findings, findings);
    assertEquals(second.selectors.length, 1);

    const failing = reader(() => failure);
    assertEquals((await failing.read(clique, status)).findings, findings);
    assertEquals(failing.selectors.length, 1);
  });
}

Deno.test("findings of an earlier generation do not hasten the first read", async () => {
  const status = statusWith(starting, { updated: new Set(), causes: ['pod "x": y'] });
  const { read, selectors } = reader(() => []);
  const { findings } = await read(starting, { ...status, observedGeneration: 0 });
  assertEquals(findings, NO_FINDINGS);
  assertEquals(selectors, []);
});

Deno.test("other numbers of nodes in the message of the scheduler do not change the cause", async () => {
  const pods = ["0/1 nodes are available", "0/2 nodes are available"].map((message) => [{
    ...podOf("new", "False"),
    status: { conditions: [{ type: "PodScheduled", status: "False", message }] },
  }]);
  const { read, clock } = reader(() => pods.shift() ?? []);
  await read(starting);
  await clock.advance(5_000);
  const { findings } = await read(starting);
  assertStringIncludes(findings.causes[0] ?? "", "0/1 nodes");
  await clock.advance(10_000);
  assertEquals((await read(starting)).findings.causes, findings.causes);
  assertEquals(pods, []);
});
