// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { executionOf } from "../apply/testing/objects.ts";
import { createFakeClock } from "../engine/testing/fake_clock.ts";
import { scriptedClient } from "../engine/testing/scripted_client.ts";
import { graph } from "../testing/graph_builder.ts";
import { groveObserved, planSet, readyClique, storedSet } from "../testing/grove_objects.ts";
import { createServiceScaler } from "./scale_services.ts";

const CALL = "patch PodClique team/chat-0-frontend";
const object = graph().withFrontend("Frontend", { replicas: 3 }).build();
const set = storedSet(graph().withFrontend().build());
const cliques = [readyClique(set, "chat-0-frontend")];
const { signal } = new AbortController();

/** Scales a graph whose PodClique has one replica, although the plan requires three. */
async function scaled(
  { calls = [], paused = false, scaleWaitMs = 0, migration }: {
    calls?: string[];
    paused?: boolean;
    scaleWaitMs?: number;
    migration?: object;
  },
) {
  const client = scriptedClient(...calls);
  const paced: string[] = [];
  const pace = { scaled: ({ metadata }: typeof set) => void paced.push(metadata.name) };
  const scale = createServiceScaler({ client, clock: createFakeClock(), pace });
  const observed = { grove: groveObserved({ podCliqueSet: set, cliques, scaleWaitMs }) };
  const execution = executionOf();
  const grove = planSet(object, { podCliqueSet: set });
  const plan = { grove, ...(migration && { migration }) };
  const waitMs = await scale({ plan, observed, execution, paused }, signal);
  client.done();
  return { waitMs, paced, writes: execution.writes.map(({ verb }) => verb) };
}

Deno.test("a service with other replicas is scaled, and the pace of writes records it", async () => {
  assertEquals(await scaled({ calls: [CALL] }), { waitMs: 0, paced: ["chat"], writes: ["scale"] });
});

Deno.test("scaling waits for Grove; a graph that is paused or migrates is not scaled", async () => {
  const none = { paced: [], writes: [] };
  assertEquals(await scaled({ scaleWaitMs: 900 }), { waitMs: 900, ...none });
  assertEquals(await scaled({ paused: true }), { waitMs: 0, ...none });
  assertEquals(await scaled({ migration: {} }), { waitMs: 0, ...none });
});
