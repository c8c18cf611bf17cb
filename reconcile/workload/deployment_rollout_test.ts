import type { V1DeploymentStatus } from "@kubernetes/client-node";
// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Deployment } from "../../kube/builtin.ts";
import { whyNotRolledOut } from "./deployment_rollout.ts";

const available = { type: "Available", status: "True" };
const rolledOut: V1DeploymentStatus = {
  observedGeneration: 2,
  replicas: 3,
  updatedReplicas: 3,
  readyReplicas: 3,
  availableReplicas: 3,
  conditions: [available],
};

function why(status: V1DeploymentStatus, spec: Partial<Deployment["spec"]> = {}) {
  return whyNotRolledOut({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "d", generation: 2 },
    spec: { replicas: 3, selector: {}, template: {}, ...spec },
    status: { ...rolledOut, ...status },
  });
}

Deno.test("a Deployment is rolled out if all replicas run its newest generation", () => {
  assertEquals(why({}), undefined);
});

Deno.test("zero replicas are rolled out when no replica is left", () => {
  const none = { replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0 };
  assertEquals(why(none, { replicas: 0 }), undefined);
  assertEquals(why({}, { replicas: 0 }), "surplus replicas: 3");
});

Deno.test("a generation that its controller has not observed is not rolled out", () => {
  assertEquals(why({ observedGeneration: 1 }), "its newest generation is not observed yet");
});

Deno.test("counts show the progress of a rollout, including old replicas", () => {
  assertEquals(
    why({ replicas: 4, updatedReplicas: 2, availableReplicas: 2 }),
    "2 of 3 replicas updated, old replicas left: 2, 2 of 3 replicas available",
  );
  assertEquals(why({ replicas: 4 }), "old replicas left: 1");
});

Deno.test("failures to create pods and a rollout without progress are quoted", () => {
  const conditions = [
    { type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: "quota exceeded" },
    {
      type: "Progressing",
      status: "False",
      reason: "ProgressDeadlineExceeded",
      message: "timed out",
    },
  ];
  assertEquals(
    why({ availableReplicas: 2, conditions }),
    "2 of 3 replicas available, FailedCreate: quota exceeded, ProgressDeadlineExceeded: timed out",
  );
});

Deno.test("the Deployment's own condition Available counts", () => {
  const conditions = [{ ...available, status: "False", reason: "Minimum", message: "too few" }];
  assertEquals(why({ conditions }), "Minimum: too few");
  assertEquals(why({ conditions: [] }), "it is not reported available yet");
});

Deno.test("a paused Deployment is not rolled out", () => {
  assertEquals(why({}, { paused: true }), "it is paused");
});
