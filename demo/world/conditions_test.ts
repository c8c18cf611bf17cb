// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { all, areGone, hasReplicas, isNothingBut, isSuccessful } from "./conditions.ts";
import { decodeGraph, stored } from "../testing/objects.ts";

Deno.test("a graph is successful when its status says so", () => {
  assertEquals(isSuccessful("chat")(decodeGraph(2)), undefined);
  assertEquals(isSuccessful("chat")(decodeGraph(1)), 'graph "chat" is pending: no reason given');
  assertEquals(isSuccessful("chat")([]), 'graph "chat" does not exist');
});

Deno.test("a status of an older generation does not count", () => {
  const graph = stored("DynamoGraphDeployment", "chat", {
    generation: 2,
    spec: {},
    status: { state: "successful", observedGeneration: 1 },
  });
  assertEquals(
    isSuccessful("chat")([graph]),
    'the operator has not seen the newest generation of graph "chat"',
  );
});

Deno.test("what keeps a graph from being ready is told in the graph's own words", () => {
  const conditions = [{ type: "Ready", status: "False", message: "Resources not ready: a" }];
  const graph = stored("DynamoGraphDeployment", "chat", {
    spec: {},
    status: { state: "pending", observedGeneration: 1, conditions },
  });
  assertEquals(isSuccessful("chat")([graph]), 'graph "chat" is pending: Resources not ready: a');
});

Deno.test("replicas count only when all exist and are ready", () => {
  assertEquals(hasReplicas("chat-decode", 2)(decodeGraph(2)), undefined);
  assertEquals(
    hasReplicas("chat-decode", 2)(decodeGraph(1)),
    'Deployment "chat-decode" should have 2 pods; it has 2, 2 of them up to date, 1 ready',
  );
});

Deno.test("objects are gone when nothing has their uid, whatever has their name", () => {
  const old = stored("Pod", "a", { uid: "1" });
  assertEquals(areGone([old])([stored("Pod", "a", { uid: "2" })]), undefined);
  assertEquals(areGone([old])([old]), "still there: 1 pod");
});

Deno.test("what was there before is not left over", () => {
  const account = stored("ServiceAccount", "default");
  assertEquals(isNothingBut([account])([account]), undefined);
  assertEquals(
    isNothingBut([account])([account, stored("Role", "chat")]),
    'still there: Role "chat"',
  );
});

Deno.test("of several conditions the first that does not hold speaks", () => {
  const yes = () => undefined;
  assertEquals(all(yes, () => "a", () => "b")([]), "a");
  assertEquals(all(yes, yes)([]), undefined);
});
