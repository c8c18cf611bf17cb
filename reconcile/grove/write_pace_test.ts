// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { createFakeClock } from "../engine/testing/fake_clock.ts";
import { graph } from "../testing/graph_builder.ts";
import { storedSet } from "../testing/grove_objects.ts";
import { createWritePace } from "./write_pace.ts";

const set = storedSet(graph().withFrontend().build());
const ofGeneration = (generation: number) => ({
  ...set,
  metadata: { ...set.metadata, generation },
});
const NOW = { templateWaitMs: 0, scaleWaitMs: 0 };

Deno.test("an observed or absent PodCliqueSet may be written at once", () => {
  const pace = createWritePace(createFakeClock());
  assertEquals([pace.waits(set), pace.waits(undefined)], [NOW, NOW]);
});

Deno.test("a second template waits two seconds, a scale a minute, or until Grove has observed the first", async () => {
  const clock = createFakeClock();
  const pace = createWritePace(clock);
  assertEquals(pace.waits(ofGeneration(2)), { templateWaitMs: 2_000, scaleWaitMs: 60_000 });
  await clock.advance(1_500);
  assertEquals(pace.waits(ofGeneration(2)), { templateWaitMs: 500, scaleWaitMs: 58_500 });
  assertEquals(pace.waits(set), NOW);
  // The delays start again, because the operator has written another generation.
  assertEquals(pace.waits(ofGeneration(3)), { templateWaitMs: 2_000, scaleWaitMs: 60_000 });
  await clock.advance(60_000);
  assertEquals(pace.waits(ofGeneration(3)), NOW);
});

Deno.test("a template waits two seconds after a scale", async () => {
  const clock = createFakeClock();
  const pace = createWritePace(clock);
  pace.scaled(set);
  await clock.advance(500);
  assertEquals(pace.waits(set), { templateWaitMs: 1_500, scaleWaitMs: 0 });
  await clock.advance(1_500);
  assertEquals(pace.waits(set), NOW);
});
