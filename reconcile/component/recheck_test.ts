// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { observedFrom } from "../apply/observed.ts";
import { done, requeueAfter } from "../engine/outcome.ts";
import { recheck } from "./recheck.ts";

const plan = { planned: [], prune: [], problems: [], warnings: [] };
const observed = observedFrom([]);

Deno.test("a component without open facts is not reconciled again by itself", () => {
  assertEquals(recheck({ plan, observed }, {}), done);
});

Deno.test("the earliest open fact determines the delay", () => {
  const conflict = { reason: "NameConflict", message: "" } as const;
  const invalid = { reason: "ValidationFailed", message: "" } as const;
  const behind = { ...observed, unobserved: new Set(["uid"]) };
  assertEquals(recheck({ plan, observed }, { pollMs: 5_000 }), requeueAfter(5_000));
  assertEquals(recheck({ plan, observed: behind }, {}), requeueAfter(30_000));
  assertEquals(recheck({ plan, observed: behind }, { pollMs: 5_000 }), requeueAfter(5_000));
  assertEquals(
    recheck({ plan: { ...plan, problems: [conflict] }, observed }, {}),
    requeueAfter(30_000),
  );
  assertEquals(recheck({ plan: { ...plan, problems: [invalid] }, observed }, {}), done);
});
