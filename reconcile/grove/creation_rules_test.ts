// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import { graph } from "../testing/graph_builder.ts";
import { planSet } from "../testing/grove_objects.ts";

const MULTINODE = { multinode: { nodeCount: 2 } };

function problemsOf(name: string, services: Record<string, ComponentSpec>) {
  let object = graph(name);
  for (const [key, spec] of Object.entries(services)) object = object.withWorker(key, spec);
  return planSet(object.build()).problems;
}

for (
  const [why, name, service, spec, isTooLong] of [
    ["on one node", "g".repeat(20), "S".repeat(25), {}, false],
    ["on one node", "g".repeat(21), "S".repeat(25), {}, true],
    ["on several nodes", "g".repeat(21), "S".repeat(10), MULTINODE, false],
    ["on several nodes", "g".repeat(22), "S".repeat(10), MULTINODE, true],
  ] as const
) {
  const length = name.length + service.length;
  Deno.test(`names of ${length} characters ${why} are ${isTooLong ? "too long" : "valid"}`, () => {
    const problems = problemsOf(name, { [service]: spec });
    assertEquals(
      problems.map(({ reason, field }) => [reason, field]),
      isTooLong ? [["NameTooLong", `spec.services[${service}]`]] : [],
    );
    if (isTooLong) assertStringIncludes(problems[0]?.message ?? "", "46 characters");
  });
}

Deno.test("services whose objects would have the same name are refused", () => {
  const [problem, ...rest] = problemsOf("chat", { Decode: MULTINODE, "decode-ldr": {} });
  assertEquals([problem?.field, rest], ["spec.services[decode-ldr]", []]);
  assertStringIncludes(problem?.message ?? "", 'clique "decode-ldr" of service "Decode"');
  const [first] = problemsOf("chat", { "a-1-a-wkr": {}, A: { ...MULTINODE, replicas: 2 } });
  assertStringIncludes(first?.message ?? "", 'PodClique "chat-0-a-1-a-wkr"');
  const [headless] = problemsOf("chat", { "0": {} });
  assertStringIncludes(headless?.message ?? "", 'headless Service "chat-0" of Grove');
});

Deno.test("fields of pods that Grove refuses are named", () => {
  const constraint = { maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" };
  const extraPodSpec = { nodeName: "node-1", topologySpreadConstraints: [constraint] };
  const problems = problemsOf("chat", { Decode: { extraPodSpec }, Prefill: {} });
  assertEquals(problems.map(({ reason, field }) => [reason, field]), [
    ["PodFieldRefused", "spec.services[Decode].extraPodSpec.topologySpreadConstraints"],
    ["PodFieldRefused", "spec.services[Decode].extraPodSpec.nodeName"],
  ]);
});

Deno.test("all services of a graph need the same scheduler", () => {
  const own = (schedulerName: string) => ({ extraPodSpec: { schedulerName } });
  const [problem, ...rest] = problemsOf("chat", { Decode: {}, Prefill: own("volcano") });
  assertEquals([problem?.field, rest], [
    "spec.services[Prefill].extraPodSpec.schedulerName",
    [],
  ]);
  assertStringIncludes(problem?.message ?? "", '"default-scheduler" and "volcano"');
  const same = { Decode: own("volcano"), Prefill: own("volcano") };
  assertEquals(problemsOf("chat", same), []);
  assertEquals(problemsOf("chat", { Decode: {}, Prefill: own("default-scheduler") }), []);
});

Deno.test("only the replicas of a new scaling group use names of PodCliques", () => {
  const named = (single: string, replicas: number) =>
    problemsOf("chat", { A: { ...MULTINODE, replicas }, [single]: {} }).length > 0;
  assertEquals(named("a-1-a-wkr", 2), true);
  assertEquals(named("a-2-a-wkr", 2), false);
  assertEquals(named("a-0-a-ldr", 0), true);
  assertEquals(named("a-01-a-ldr", 5), false);
  assertEquals(named("a--a-ldr", 5), false);
  assertEquals(named("a-999-a-ldr", 1_000), true);
});
