// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import {
  all,
  areGone,
  hasReplicas,
  hasSettled,
  isAvailable,
  isNothingBut,
  isSuccessful,
} from "./conditions.ts";
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

Deno.test("a component is available when the status of its newest generation says so", () => {
  assertEquals(isAvailable("chat-decode")(decodeGraph(2)), undefined);
  assertEquals(
    isAvailable("chat-decode")(decodeGraph(1)),
    'component "chat-decode" is not available: DeploymentNotReady',
  );
  const changed = decodeGraph(2).map((object) =>
    object.kind === "DynamoComponentDeployment"
      ? { ...object, metadata: { ...object.metadata, generation: 2 } }
      : object
  );
  assertEquals(
    isAvailable("chat-decode")(changed),
    'the operator has not seen the newest generation of component "chat-decode"',
  );
});

Deno.test("a Deployment has settled when none of its pods is going and none is missing", () => {
  const settled = decodeGraph(2);
  const missing = hasSettled("chat-decode");
  assertEquals(missing(settled), undefined);
  const going = stored("Pod", "old", { maker: "rs", deleting: true });
  assertEquals(missing([...settled, going]), 'pods of Deployment "chat-decode" are terminating: 1');
  assertEquals(
    missing(settled.filter(({ metadata }) => metadata.name !== "pod-a")),
    'Deployment "chat-decode" should have 2 pods; it has 1',
  );
});

Deno.test("a Deployment whose ReplicaSet was told of another size has not settled", () => {
  const told = decodeGraph(2).map((object) =>
    object.kind === "ReplicaSet"
      ? { ...object, metadata: { ...object.metadata, generation: 2 } }
      : object
  );
  assertEquals(hasSettled("chat-decode")(told), 'ReplicaSet "rs" has not been scaled yet');
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
