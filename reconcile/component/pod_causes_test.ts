// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { V1ContainerState, V1ContainerStatus, V1PodStatus } from "@kubernetes/client-node";
import type { CoreEvent, Pod } from "../../kube/builtin.ts";
import { podCauses, unexplainedPod } from "./pod_causes.ts";

function pod(name: string, status: V1PodStatus = {}, nodeName = "node-1"): Pod {
  const spec = { containers: [], ...(nodeName && { nodeName }) };
  return { apiVersion: "v1", kind: "Pod", metadata: { name }, spec, status };
}

function container(state: V1ContainerState, lastState?: V1ContainerState): V1ContainerStatus {
  const counts = { imageID: "", ready: false, restartCount: 3 };
  return { name: "main", image: "r/i:1", state, ...counts, ...(lastState && { lastState }) };
}

function withContainer(state: V1ContainerState, lastState?: V1ContainerState) {
  return pod("a", { phase: "Pending", containerStatuses: [container(state, lastState)] });
}

function waiting(reason: string, message?: string): V1ContainerState {
  return { waiting: { reason, ...(message && { message }) } };
}

function warning(reason: string, note: string, second: number): CoreEvent {
  const time = `2026-01-01T00:00:0${second}.000000Z`;
  const metadata = { name: `${reason}-${second}` };
  return { apiVersion: "events.k8s.io/v1", kind: "Event", metadata, reason, note, eventTime: time };
}

Deno.test("ready, deleted and completed pods have no cause", () => {
  const ready = pod("a", { conditions: [{ type: "Ready", status: "True" }] });
  const deleted = pod("b");
  deleted.metadata.deletionTimestamp = "2026-01-01T00:00:00Z";
  assertEquals(podCauses([ready, deleted, pod("c", { phase: "Succeeded" })]), []);
});

Deno.test("a failed image pull names the image, with one text for the error and its back-off", () => {
  const error = "rpc error: r/i:1: not found";
  const text = `pod "a": cannot pull image "r/i:1": ${error}`;
  for (
    const state of [
      waiting("ErrImagePull", error),
      waiting("ImagePullBackOff", `Back-off pulling image "r/i:1": ErrImagePull: ${error}`),
    ]
  ) assertEquals(podCauses([withContainer(state)]), [text]);
  const older = waiting("ImagePullBackOff", 'Back-off pulling image "r/i:1"');
  assertEquals(podCauses([withContainer(older)]), ['pod "a": cannot pull image "r/i:1"']);
});

Deno.test("the text of a crash loop has the exit code and the last line, and does not change during a restart", () => {
  const terminated = { exitCode: 1, reason: "Error", message: "Traceback\nno GPU found\n" };
  const text = 'pod "a": container "main" ended with exit code 1 (Error): no GPU found';
  const backOff = waiting("CrashLoopBackOff", "back-off 5m0s restarting failed container");
  assertEquals(podCauses([withContainer(backOff, { terminated })]), [text]);
  assertEquals(podCauses([withContainer({ terminated })]), [text]);
  assertEquals(podCauses([withContainer({ running: {} }, { terminated })]), [text]);
});

Deno.test("a container that ends without an error is a cause, and a completed init container is not", () => {
  const terminated = { exitCode: 0, reason: "Completed" };
  assertEquals(podCauses([withContainer({ terminated })]), [
    'pod "a": container "main" ended with exit code 0 (Completed)',
  ]);
  const status = { initContainerStatuses: [container({ terminated })] };
  assertEquals(podCauses([pod("a", status)]), []);
});

Deno.test("a missing Secret of an environment variable is named", () => {
  const state = waiting("CreateContainerConfigError", 'secret "hf-token" not found');
  assertEquals(podCauses([withContainer(state)]), [
    'pod "a": container "main" cannot start: CreateContainerConfigError: secret "hf-token" not found',
  ]);
});

Deno.test("the scheduler is quoted, and pods with the same cause share one text", () => {
  const message = "0/3 nodes are available: 3 Insufficient nvidia.com/gpu.";
  const conditions = [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }];
  const pods = ["b", "c", "a"].map((name) => pod(name, { phase: "Pending", conditions }, ""));
  assertEquals(podCauses(pods), [
    `3 pods such as "a": cannot be scheduled: ${message}`,
  ]);
  assertEquals(unexplainedPod(pods), undefined);
});

Deno.test("events explain a pod whose status lacks a cause, except older events of the scheduler", () => {
  const mounting = withContainer(waiting("ContainerCreating"));
  assertEquals(unexplainedPod([mounting]), mounting);
  assertEquals(podCauses([mounting]), []);
  const events = [
    warning("FailedMount", "older", 1),
    warning("FailedMount", 'secret "models" not found', 2),
    warning("FailedScheduling", "0/3 nodes are available", 3),
  ];
  assertEquals(podCauses([mounting], events), ['pod "a": FailedMount: secret "models" not found']);
});

Deno.test("a pod that loads a model is reported as starting, without events", () => {
  const loading = pod("a", {
    containerStatuses: [{ ...container({ running: {} }), started: false }],
  });
  assertEquals(podCauses([loading]), [
    'pod "a": container "main" runs, and its startup probe has not succeeded yet',
  ]);
  assertEquals(unexplainedPod([loading]), undefined);
  const started = pod("a", {
    containerStatuses: [{ ...container({ running: {} }), started: true }],
  });
  assertEquals(podCauses([started]), ['pod "a": container "main" runs and is not ready yet']);
});

Deno.test("a pod that its node rejected is a cause only if no other pod exists", () => {
  const rejected = pod("a", {
    phase: "Failed",
    reason: "UnexpectedAdmissionError",
    message: "no devices",
  });
  assertEquals(podCauses([rejected]), ['pod "a": UnexpectedAdmissionError: no devices']);
  assertEquals(podCauses([rejected, pod("b", {}, "")]), ['pod "b": is not scheduled yet']);
});

Deno.test("at most three causes are named, and long texts are cut", () => {
  const broken = (name: string) => {
    const state = waiting("CreateContainerError", `${name} ${"x".repeat(600)}`);
    return pod(name, { containerStatuses: [container(state)] });
  };
  const causes = podCauses(["a", "b", "c", "d"].map(broken));
  assertEquals(causes.length, 3);
  assertEquals(causes.every((cause) => cause.length < 520 && cause.endsWith("…")), true);
});
