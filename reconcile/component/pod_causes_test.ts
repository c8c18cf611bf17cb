// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { V1ContainerState, V1ContainerStatus, V1PodStatus } from "@kubernetes/client-node";
import type { CoreEvent, Pod } from "../../kube/builtin.ts";
import {
  causesIn,
  isSameCauses,
  missingPodCauses,
  podCauses,
  unexplainedPod,
} from "./pod_causes.ts";

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

Deno.test("a container that cannot be created again is reported instead of its earlier exit", () => {
  const terminated = { exitCode: 0, reason: "Completed" };
  const state = waiting("CreateContainerConfigError", 'configmap "settings" not found');
  assertEquals(podCauses([withContainer(state, { terminated })]), [
    'pod "a": container "main" cannot start: CreateContainerConfigError: configmap "settings" not found',
  ]);
});

Deno.test("a pod with ready containers names its readiness gate or its node", () => {
  const running = { ...container({ running: {} }), ready: true, started: true };
  const withReady = (ready: { reason?: string; message?: string }) =>
    pod("a", {
      phase: "Running",
      conditions: [{ type: "Ready", status: "False", ...ready }],
      containerStatuses: [running],
    });
  const message = 'corresponding condition of pod readiness gate "example.com/lb" does not exist.';
  assertEquals(podCauses([withReady({ reason: "ReadinessGatesNotReady", message })]), [
    `pod "a": ReadinessGatesNotReady: ${message}`,
  ]);
  assertEquals(podCauses([withReady({})]), [
    'pod "a": its containers are ready, but the pod is not: check its node "node-1"',
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
    warning("FailedMount", 'secret "models" not found', 2),
    warning("FailedScheduling", "0/3 nodes are available", 3),
  ];
  assertEquals(podCauses([mounting], { events }), [
    'pod "a": FailedMount: secret "models" not found',
  ]);
});

Deno.test("the alphabetically first recent event is used, so that two missing Secrets do not alternate", () => {
  const mounting = withContainer(waiting("ContainerCreating"));
  const first = 'secret "a" not found';
  const second = 'secret "b" not found';
  for (const [a, b] of [[1, 2], [2, 1]] as const) {
    const events = [warning("FailedMount", first, a), warning("FailedMount", second, b)];
    assertEquals(podCauses([mounting], { events }), [`pod "a": FailedMount: ${first}`]);
  }
  const later = warning("FailedMount", second, 3);
  later.eventTime = "2026-01-01T00:10:00.000000Z";
  assertEquals(podCauses([mounting], { events: [warning("FailedMount", first, 1), later] }), [
    `pod "a": FailedMount: ${second}`,
  ]);
});

Deno.test("identifiers of containers are left out, because each attempt has a new one", () => {
  const note = `failed to set up network of sandbox "${"0a1b".repeat(16)}"`;
  const events = [warning("FailedCreatePodSandBox", note, 1)];
  assertEquals(podCauses([withContainer(waiting("ContainerCreating"))], { events }), [
    'pod "a": FailedCreatePodSandBox: failed to set up network of sandbox "…"',
  ]);
});

Deno.test("random ports of connections are left out, because each attempt has a new one", () => {
  const error = (port: number) =>
    `dial tcp: lookup r on 10.96.0.10:53: read udp 10.244.0.7:${port}->10.96.0.10:53: i/o timeout`;
  const [first, second] = [51920, 40112].map((port) =>
    podCauses([withContainer(waiting("ErrImagePull", error(port)))])
  );
  assertEquals(first, second);
});

Deno.test("a long word of a message takes no noticeable time", () => {
  const events = [warning("FailedMount", ":1".repeat(250_000), 1)];
  const [cause] = podCauses([withContainer(waiting("ContainerCreating"))], { events });
  assertEquals(cause?.length, 'pod "a": '.length + 500);
});

Deno.test("causes that differ only in the numbers of nodes are the same", () => {
  const unscheduled = (message: string, name = "a") =>
    podCauses([
      pod(name, { conditions: [{ type: "PodScheduled", status: "False", message }] }, ""),
    ]);
  const three = unscheduled(
    "0/3 nodes are available: 1 node(s) had taint, 2 Insufficient memory. preemption: 0/3 nodes",
  );
  const four = unscheduled(
    "0/4 nodes are available: 1 Insufficient memory, 3 node(s) had taint. preemption: 0/4 nodes",
  );
  assertEquals(isSameCauses(three, four), true);
  assertEquals(
    isSameCauses(three, unscheduled("0/3 nodes are available: 3 node(s) had taint")),
    false,
  );
  const missing = (name: string) => unscheduled(`persistentvolumeclaim "${name}" not found`);
  assertEquals(isSameCauses(missing("data-1"), missing("data-2")), false);
  assertEquals(isSameCauses(unscheduled("x", "pod-1"), unscheduled("x", "pod-2")), false);
  const ended = (exitCode: number) => podCauses([withContainer({ terminated: { exitCode } })]);
  assertEquals(isSameCauses(ended(1), ended(137)), false);
  const message = `Deployment "d" is not ready: 0 of 1 replicas available; ${three.join("; ")}`;
  assertEquals([causesIn(message), causesIn("is not ready"), causesIn()], [three, [], []]);
});

Deno.test("the progress of a pod that loads a model is reported only on request, without events", () => {
  const loading = pod("a", {
    containerStatuses: [{ ...container({ running: {} }), started: false }],
  });
  assertEquals(podCauses([loading]), []);
  assertEquals(podCauses([loading], { progress: true }), [
    'pod "a": container "main" runs, and its startup probe has not succeeded yet',
  ]);
  assertEquals(unexplainedPod([loading]), undefined);
  const started = pod("a", {
    containerStatuses: [{ ...container({ running: {} }), started: true }],
  });
  assertEquals(podCauses([started], { progress: true }), [
    'pod "a": container "main" runs and is not ready yet',
  ]);
});

Deno.test("the progress of a pod names the init container that runs", () => {
  const status = {
    initContainerStatuses: [{ ...container({ running: {} }), name: "wait", started: false }],
    containerStatuses: [container(waiting("PodInitializing"))],
  };
  const waits = pod("a", status);
  assertEquals(podCauses([waits]), []);
  assertEquals(podCauses([waits], { progress: true }), [
    'pod "a": init container "wait" runs and has not ended yet',
  ]);
  const sidecar = { name: "wait", restartPolicy: "Always" };
  const spec = { containers: [], nodeName: "node-1", initContainers: [sidecar] };
  assertEquals(podCauses([{ ...waits, spec }], { progress: true }), [
    'pod "a": container "wait" runs, and its startup probe has not succeeded yet',
  ]);
});

Deno.test("the progress of a pod without running containers refers to its node", () => {
  assertEquals(podCauses([withContainer(waiting("ContainerCreating"))], { progress: true }), [
    'pod "a": its node has not started the containers yet',
  ]);
});

Deno.test("after a while, the event of a failed probe explains a started pod that is not ready", () => {
  const started = pod("a", {
    containerStatuses: [{ ...container({ running: {} }), started: true }],
  });
  assertEquals(unexplainedPod([started]), undefined);
  assertEquals(unexplainedPod([started], true), started);
  const events = [
    warning("FailedMount", 'secret "models" not found', 1),
    warning("Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503", 2),
  ];
  assertEquals(podCauses([started], { events, progress: true }), [
    'pod "a": Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503',
  ]);
});

Deno.test("a pod that its node rejected is a cause only if no other pod exists", () => {
  const rejected = pod("a", {
    phase: "Failed",
    reason: "UnexpectedAdmissionError",
    message: "no devices",
  });
  assertEquals(podCauses([rejected]), ['pod "a": UnexpectedAdmissionError: no devices']);
  assertEquals(podCauses([rejected, pod("b", {}, "")], { progress: true }), [
    'pod "b": is not scheduled yet',
  ]);
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

Deno.test("missing pods are explained by the newest open failures, and of these by the closest creator", async (t) => {
  const set = { kind: "LeaderWorkerSet", name: "solo-0" };
  const leaders = { kind: "StatefulSet", name: "solo-0" };
  const workers = { kind: "StatefulSet", name: "solo-0-0" };
  const event = (regarding: CoreEvent["regarding"], minute: number, note: string): CoreEvent => ({
    ...warning("FailedCreate", note, 0),
    eventTime: `2026-01-01T00:${String(minute).padStart(2, "0")}:00.000000Z`,
    ...(regarding && { regarding }),
  });
  const ofPod = (name: string, error: string) =>
    `create Pod ${name} in StatefulSet solo-0-0 failed error: ${error}`;
  const cases: {
    name: string;
    events: [set: CoreEvent[], leaders: CoreEvent[], workers: CoreEvent[]];
    pods?: string[];
    cause?: string;
  }[] = [
    { name: "no events", events: [[], [], []] },
    {
      name: "an old failure and a recent one of the same creator",
      events: [[], [], [event(workers, 0, "an old quota"), event(workers, 7, "exceeded quota")]],
      cause: 'StatefulSet "solo-0-0": FailedCreate: exceeded quota',
    },
    {
      name: "simultaneous failures: the closest creator names the cause",
      events: [[event(set, 5, "no group")], [], [event(workers, 1, "exceeded quota")]],
      cause: 'StatefulSet "solo-0-0": FailedCreate: exceeded quota',
    },
    {
      name: "an old failure of the closest creator and a recent one of the LeaderWorkerSet",
      events: [[event(set, 20, "no Service")], [], [event(workers, 1, "exceeded quota")]],
      cause: 'LeaderWorkerSet "solo-0": FailedCreate: no Service',
    },
    {
      name: "a failure to create a pod that exists now",
      events: [
        [],
        [event(leaders, 1, "no image")],
        [event(workers, 20, ofPod("solo-0-0-1", 'pods "solo-0-0-1" is forbidden'))],
      ],
      pods: ["solo-0-0", "solo-0-0-1"],
      cause: 'StatefulSet "solo-0": FailedCreate: no image',
    },
    {
      name: "a failure to create a pod that is still missing, of a creator with the name of a pod",
      events: [[], [], [event(workers, 20, ofPod("solo-0-0-1", "exceeded quota"))]],
      pods: ["solo-0-0"],
      cause: `StatefulSet "solo-0-0": FailedCreate: ${ofPod("solo-0-0-1", "exceeded quota")}`,
    },
  ];
  for (const { name, events, pods = [], cause } of cases) {
    await t.step(name, () => {
      const causes = missingPodCauses(events, pods.map((name) => pod(name)));
      assertEquals(causes, cause ? [`missing pods: ${cause}`] : []);
      const message = [`LeaderWorkerSet "solo-0" is not ready: 0 of 1`, ...causes].join("; ");
      assertEquals(causesIn(message), causes);
    });
  }
});
