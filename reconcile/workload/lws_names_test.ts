// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { PlanError } from "../dynamo/problem.ts";
import { soloService } from "../testing/components.ts";
import { checkLwsNames, lwsName, replicaIndexes, statefulSetNames } from "./lws_names.ts";

function check(length: number, replicas?: number) {
  checkLwsNames(soloService({ ...(replicas !== undefined && { replicas }) }, {
    name: "x".repeat(length),
  }));
}

Deno.test("a LeaderWorkerSet and its StatefulSets are named after the component and the replica", () => {
  assertEquals(lwsName("chat-ray", 3), "chat-ray-3");
  assertEquals(statefulSetNames("chat-ray-3"), ["chat-ray-3", "chat-ray-3-0"]);
  assertEquals(replicaIndexes(soloService({})), [0]);
  assertEquals(replicaIndexes(soloService({ replicas: 0 })), []);
});

Deno.test("a name is refused if a StatefulSet of the last replica would be longer than 52 characters", () => {
  check(48);
  check(48, 10);
  check(48, 0);
  check(47, 100);
  const error = assertThrows(() => check(48, 11), PlanError);
  assertEquals(error.field, "multinode");
  assertStringIncludes(error.message, "shorten it to at most 47 characters");
  assertStringIncludes(
    assertThrows(() => check(60), PlanError).message,
    "shorten it to at most 48 characters",
  );
});
