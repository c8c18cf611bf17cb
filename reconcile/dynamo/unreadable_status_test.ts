// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { setConditions } from "../../kube/conditions.ts";
import { kstatus } from "../testing/kstatus.ts";
import { type Progress, readiness } from "./conditions.ts";
import { unreadableStatus } from "./unreadable_status.ts";

const BEFORE = "2026-01-01T00:00:00Z";
const NOW = "2026-01-01T00:01:00Z";
const SECRETS = {
  names: "secrets",
  reason: "the operator lacks permission to list and watch secrets: grant it",
  sinceIso: "2026-01-01T00:00:15Z",
};

/**
 * Returns a status for generation 3. Besides the conditions for the progress, it contains the field `state` and the
 * condition `Available`.
 */
function statusOf(progress: Progress) {
  const available = { type: "Available", status: "True", reason: "A", message: "" } as const;
  const statements = [available, ...readiness(progress, "Why", "Because")];
  return {
    observedGeneration: 3,
    state: "successful",
    conditions: setConditions([], statements, { generation: 3, nowIso: BEFORE }),
  };
}

function kstatusOf(status: ReturnType<typeof statusOf> | undefined, generation = 3) {
  const metadata = { name: "a", generation };
  return kstatus({ apiVersion: "v1", kind: "A", metadata, status });
}

Deno.test("Ready is Unknown with cause, time and remedy, and everything else stays", () => {
  const before = statusOf("ready");
  assertEquals(unreadableStatus(before, SECRETS, NOW), {
    ...before,
    conditions: [...before.conditions.slice(0, 1), {
      type: "Ready",
      status: "Unknown",
      reason: "KindUnreadable",
      message: "The operator cannot read secrets (since 2026-01-01T00:00:15Z), so the status may " +
        "be outdated: the operator lacks permission to list and watch secrets: grant it",
      lastTransitionTime: NOW,
      observedGeneration: 3,
    }],
  });
});

Deno.test("no object is current for kstatus, and a stalled object stays failed", () => {
  const after = (progress: Progress) => unreadableStatus(statusOf(progress), SECRETS, NOW);
  assertEquals(kstatusOf(after("ready")), "InProgress");
  assertEquals(kstatusOf(after("ready"), 4), "InProgress");
  assertEquals(kstatusOf(after("reconciling")), "InProgress");
  assertEquals(kstatusOf(after("stalled")), "Failed");
  const types = (progress: Progress) => after(progress)?.conditions.map(({ type }) => type);
  assertEquals(types("reconciling"), ["Available", "Ready"]);
  assertEquals(types("stalled"), ["Available", "Stalled", "Ready"]);
});

Deno.test("a status that reports the kinds stays the same, also after a restart of the operator", () => {
  const first = unreadableStatus(statusOf("ready"), SECRETS, NOW);
  const restarted = { ...SECRETS, sinceIso: "2026-01-02T00:00:00Z", reason: "another answer" };
  assertEquals(unreadableStatus(first, restarted, "2026-01-02T00:01:00Z"), first);
});

Deno.test("a status that reports other kinds changes, and keeps the time of the transition", () => {
  const first = unreadableStatus(statusOf("ready"), { ...SECRETS, names: "secrets, jobs" }, NOW);
  const second = unreadableStatus(first, SECRETS, "2026-01-02T00:00:00Z");
  const ready = second?.conditions.at(-1);
  assertEquals(ready?.message.startsWith("The operator cannot read secrets (since"), true);
  assertEquals([ready?.status, ready?.lastTransitionTime], ["Unknown", NOW]);
});

Deno.test("an object that no operator has observed stays unobserved", () => {
  const unobserved = { observedGeneration: -1, conditions: [] };
  const status = unreadableStatus(unobserved, SECRETS, NOW);
  assertEquals(status?.observedGeneration, -1);
  assertEquals(status?.conditions.map(({ status }) => status), ["Unknown"]);
  assertEquals(unreadableStatus(undefined, SECRETS, NOW), undefined);
});
