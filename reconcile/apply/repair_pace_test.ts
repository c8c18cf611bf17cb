// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import {
  createRepairPace,
  PACE_WINDOW_MS,
  REPAIRS_PER_FIELD,
  REPAIRS_PER_OBJECT,
} from "./repair_pace.ts";

function paceWithClock() {
  let nowMs = 1_000;
  const pace = createRepairPace({ now: () => nowMs });
  const decide = (...paths: string[]) => pace.decide("a", "hash", paths).action;
  return {
    pace,
    decide,
    advance: (ms: number) => void (nowMs += ms),
    repairAll(...paths: string[]): number {
      let count = 0;
      for (; decide(...paths) === "repair"; count++) pace.written("a", "hash", paths);
      return count;
    },
  };
}

Deno.test("the same field is repaired five times a minute", () => {
  const { pace, decide, advance, repairAll } = paceWithClock();
  pace.written("a", "hash", ["spec.replicas"]);
  assertEquals(repairAll("spec.replicas"), REPAIRS_PER_FIELD);
  assertEquals(decide("spec.replicas"), "reduce");
  assertEquals(decide("spec.replicas", "spec.image"), "reduce");
  assertEquals(decide("spec.image"), "repair");
  assertEquals(pace.decide("b", "hash", ["spec.replicas"]).action, "repair");
  advance(PACE_WINDOW_MS);
  assertEquals(decide("spec.replicas"), "repair");
});

Deno.test("different fields of an object are repaired twenty times a minute", () => {
  const { pace } = paceWithClock();
  let count = 0;
  const next = () => pace.decide("a", "hash", [`field-${count}`]).action;
  pace.written("a", "hash", []);
  for (; next() === "repair"; count++) pace.written("a", "hash", [`field-${count}`]);
  assertEquals(count, REPAIRS_PER_OBJECT);
});

Deno.test("new owners do not count towards the limit of an object, but an owner that is removed each time does", () => {
  const { pace, decide, repairAll } = paceWithClock();
  pace.written("a", "hash", ["new"]);
  for (let parent = 0; parent <= REPAIRS_PER_OBJECT; parent++) {
    pace.written("a", "hash", [`metadata.ownerReferences["${parent}"]`]);
  }
  assertEquals(decide('metadata.ownerReferences["next"]'), "repair");
  assertEquals(repairAll('metadata.ownerReferences["next"]'), REPAIRS_PER_FIELD);
});

Deno.test("in a fight the object is repaired once a minute, until a minute passes without a repair", () => {
  const { pace, decide, advance, repairAll } = paceWithClock();
  pace.written("a", "hash", ["f"]);
  repairAll("f");
  pace.fightStarted("a", ["kubectl"]);
  for (let minute = 0; minute < 3; minute++) {
    assertEquals(pace.decide("a", "hash", ["f"]), { action: "hold", waitMs: PACE_WINDOW_MS });
    advance(PACE_WINDOW_MS - 1);
    assertEquals(decide("f"), "hold");
    assertEquals(pace.fight("a", "hash"), { opponents: ["kubectl"], waitMs: 1 });
    advance(1);
    assertEquals(decide("f"), "repair");
    pace.written("a", "hash", ["f"]);
  }
  advance(PACE_WINDOW_MS);
  assertEquals(pace.fight("a", "hash"), undefined);
  assertEquals(decide("f"), "repair");
});

Deno.test("a changed plan is applied at once and ends the fight", () => {
  const { pace, repairAll } = paceWithClock();
  pace.written("a", "hash", ["f"]);
  repairAll("f");
  pace.fightStarted("a", []);
  assertEquals(pace.decide("a", "changed", ["f"]).action, "repair");
  pace.written("a", "changed", ["f"]);
  assertEquals(pace.fight("a", "changed"), undefined);
});

Deno.test("applies of alternating plans do not count as repairs", () => {
  const { pace } = paceWithClock();
  for (let edit = 0; edit < 50; edit++) {
    assertEquals(pace.decide("a", `hash-${edit % 2}`, ["f"]).action, "repair");
    pace.written("a", `hash-${edit % 2}`, ["f"]);
  }
});
