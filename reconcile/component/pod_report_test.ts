// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { CoreEvent, Deployment, Pod } from "../../kube/builtin.ts";
import { deployments } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import { ApiError } from "../../kube/errors.ts";
import { observedFrom } from "../apply/observed.ts";
import { executionOf } from "../apply/testing/objects.ts";
import { serviceOf } from "../dynamo/service_input.ts";
import { soloComponent } from "../testing/components.ts";
import { lwsObserved, MULTINODE, runningLws } from "../testing/leader_worker_sets.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { deployment as workload } from "../workload/deployment.ts";
import { lws } from "../workload/lws.ts";
import type { Workload } from "../workload/workload.ts";
import { createPodReader } from "./pod_report.ts";
import type { ComponentView } from "./status.ts";

const SINCE = "2026-01-01T00:00:00Z";

/** Returns a component whose Deployment has created two pods, of which `available` are available. */
function view(
  available: number,
  status: "True" | "False" | undefined,
  message = "",
): ComponentView {
  const object = soloComponent({ replicas: 2 });
  const condition = { type: "Available", reason: "R", message, lastTransitionTime: SINCE };
  if (status) object.status = { conditions: [{ ...condition, status }] };
  const owner = { apiVersion: "nvidia.com/v1alpha1", kind: object.kind, name: "solo" };
  const live: Deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name: "solo",
      ownerReferences: [{ ...owner, uid: "uid-solo", controller: true }],
    },
    spec: { replicas: 2, selector: {}, template: {} },
    status: {
      replicas: 2,
      updatedReplicas: 2,
      availableReplicas: available,
      conditions: [{ type: "Available", status: "True" }],
    },
  };
  return {
    object,
    observed: observedFrom([live], "uid-solo"),
    plan: {
      planned: [{ resource: deployments, manifest: live, policy: "own" }],
      prune: [],
      problems: [],
      warnings: [],
      workload,
    },
    execution: executionOf(),
    paused: false,
  };
}

interface Cluster {
  pods?: Pod[];
  events?: CoreEvent[];
  error?: ApiError;
}

/** Returns a function that reads the pods at a given number of seconds after {@link SINCE}. */
function reading() {
  const lists: string[] = [];
  let cluster: Cluster = {};
  const client: Pick<Client, "pages"> = {
    async *pages({ plural }, { labelSelector, fieldSelector, limit, deadlineMs } = {}) {
      lists.push(`${plural} ${labelSelector ?? fieldSelector} ${limit} ${deadlineMs}`);
      if (cluster.error) throw cluster.error;
      const page = plural === "pods" ? cluster.pods ?? [] : cluster.events ?? [];
      yield await Promise.resolve({ items: page as never[], resourceVersion: "1" });
    },
  };
  let seconds = 0;
  const epochMs = () => Date.parse(SINCE) + seconds * 1000;
  const reader = createPodReader({ client, clock: { now: () => seconds * 1000, epochMs } });
  return async (view: ComponentView, atSeconds: number, now: Cluster = {}) => {
    seconds = atSeconds;
    cluster = now;
    const report = await reader(view, new AbortController().signal);
    return { ...report, lists: lists.splice(0) };
  };
}

function read(...args: Parameters<ReturnType<typeof reading>>) {
  return reading()(...args);
}

function refusal(status: number): ApiError {
  const request = { verb: "list", method: "GET", path: "/api/v1/pods" };
  return new ApiError({ status, reason: "", message: "", request });
}

function unscheduled(message: string): Pod {
  const conditions = [{ type: "PodScheduled", status: "False", message }];
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "solo-1" }, status: { conditions } };
}

const LIST = "pods nvidia.com/selector=solo 50 5000";
const NO_NODE = 'pod "solo-1": cannot be scheduled: no node';

Deno.test("an available component causes no request, and is not polled", async () => {
  assertEquals(await read(view(2, "True"), 60), { causes: [], lists: [] });
});

Deno.test("pods that start within five seconds are not read", async () => {
  assertEquals(await read(view(1, undefined), 60), { causes: [], pollMs: 5000, lists: [] });
  assertEquals(await read(view(1, "True"), 60), { causes: [], pollMs: 5000, lists: [] });
  assertEquals(await read(view(1, "False"), 3), { causes: [], pollMs: 2000, lists: [] });
  assertEquals(await read(view(1, "False"), 4.5), { causes: [], pollMs: 500, lists: [] });
  assertEquals((await read(view(1, "False"), -3600)).pollMs, 5000);
});

Deno.test("pods are read after five seconds even if the clock was set back by an hour", async () => {
  const readAt = reading();
  assertEquals((await readAt(view(1, "False"), -3600)).lists, []);
  assertEquals((await readAt(view(1, "False"), -3595)).lists, [LIST]);
});

Deno.test("pods of an unavailable component are read by their label, at increasing intervals", async () => {
  const lists = [LIST];
  assertEquals(await read(view(1, "False"), 5), { causes: [], pollMs: 5000, lists });
  assertEquals(await read(view(1, "False"), 100), { causes: [], pollMs: 10_000, lists });
  assertEquals(await read(view(1, "False"), 9000), { causes: [], pollMs: 300_000, lists });
});

Deno.test("between two polls, a reconciliation uses the last report", async () => {
  const read = reading();
  const pods = [unscheduled("no node")];
  assertEquals((await read(view(1, "False"), 100, { pods })).lists, [LIST]);
  assertEquals(await read(view(1, "False"), 109), { causes: [NO_NODE], pollMs: 1_000, lists: [] });
  assertEquals((await read(view(1, "False"), 110, { pods })).lists, [LIST]);
  assertEquals(await read(view(2, "True"), 111), { causes: [], lists: [] });
});

Deno.test("a new cause, and changed replicas, shorten the interval again", async () => {
  const read = reading();
  await read(view(1, "False"), 1_000, { pods: [unscheduled("no node")] });
  const other = { pods: [unscheduled("no GPU")] };
  assertEquals((await read(view(1, "False"), 1_100, other)).pollMs, 5_000);
  await read(view(1, "False"), 2_100, other);
  assertEquals((await read(view(0, "False"), 2_104, other)).pollMs, 1_000);
  assertEquals((await read(view(0, "False"), 2_105, other)).pollMs, 5_000);
});

Deno.test("a component whose status names another reason causes no request and no poll", async () => {
  const component = view(1, "False");
  const ref = { apiVersion: "v1", kind: "Service", name: "solo" };
  const problem = { reason: "ValidationFailed", field: "spec", message: "" } as const;
  const error = { ref, error: new Error("refused") };
  const blocked = { ref, reason: "NameConflict", message: "" } as const;
  for (
    const other of [
      { ...component, plan: { ...component.plan, problems: [problem] } },
      { ...component, execution: { ...component.execution, errors: [error] } },
      { ...component, execution: { ...component.execution, blocked: [blocked] } },
    ]
  ) assertEquals(await read(other, 60), { causes: [], lists: [] });
});

Deno.test("events are read only for a pod whose status lacks a cause", async () => {
  const pod: Pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "solo-1" } };
  const { lists } = await read(view(1, "False"), 5, { pods: [pod] });
  assertEquals(lists[1], "events type=Warning,regarding.kind=Pod,regarding.name=solo-1 50 5000");
  const explained = await read(view(1, "False"), 5, { pods: [unscheduled("no node")] });
  assertEquals([explained.lists, explained.causes], [[LIST], [NO_NODE]]);
});

Deno.test("the progress of a pod is reported only after a minute, a cause at once", async () => {
  const pods: Pod[] = [{ apiVersion: "v1", kind: "Pod", metadata: { name: "solo-1" } }];
  assertEquals((await read(view(1, "False"), 59, { pods })).causes, []);
  assertEquals((await read(view(1, "False"), 60, { pods })).causes, [
    'pod "solo-1": is not scheduled yet',
  ]);
  const events: CoreEvent[] = [{
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: { name: "e" },
    eventTime: SINCE,
    reason: "FailedMount",
    note: "no Secret",
  }];
  assertEquals((await read(view(1, "False"), 5, { pods, events })).causes, [
    'pod "solo-1": FailedMount: no Secret',
  ]);
});

Deno.test("a missing permission is reported", async () => {
  const { causes } = await read(view(1, "False"), 5, { error: refusal(403) });
  assertEquals(causes, [
    "the cause is unknown, because the operator lacks permission to list pods and events: grant it",
  ]);
});

Deno.test("after a failed read the report keeps the previous causes, also after a restart", async () => {
  const running = reading();
  await running(view(1, "False"), 5, { pods: [unscheduled("no node")] });
  const failed = { error: refusal(500) };
  assertEquals((await running(view(1, "False"), 10, failed)).causes, [NO_NODE]);
  assertEquals((await read(view(1, "False"), 10, failed)).causes, []);
  const stored = view(1, "False", `0 of 2 replicas available; ${NO_NODE}`);
  assertEquals((await read(stored, 10, failed)).causes, [NO_NODE]);
});

Deno.test("the stored text stays if only the numbers of nodes differ", async () => {
  const before = 'pod "solo-1": cannot be scheduled: 0/3 nodes are available: 3 Insufficient cpu.';
  const stored = view(1, "False", `0 of 2 replicas available; ${before}`);
  const pods = [unscheduled("0/4 nodes are available: 4 Insufficient cpu.")];
  assertEquals((await read(stored, 10, { pods })).causes, [before]);
});

/** Returns a component with two replicas of two pods each. The LeaderWorkerSet of the first replica is not ready. */
function multinodeView(): ComponentView {
  const base = view(1, "False");
  const object = { ...base.object, spec: { ...base.object.spec, ...MULTINODE, replicas: 2 } };
  const planned = lws.plan(serviceOf(object, ""), platformConfig(), lwsObserved());
  const live = planned.map((item, index) => ({
    ...runningLws(item, object),
    ...(index === 0 && { status: { conditions: [] } }),
  }));
  const plan = { ...base.plan, planned, workload: lws as Workload };
  return { ...base, object, observed: lwsObserved(live), plan };
}

const LWS_PODS = "pods leaderworkerset.sigs.k8s.io/name in (solo-0,solo-1) 50 5000";

Deno.test("if pods are missing, the events of the objects that create them are read", async () => {
  const running: Pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "solo-1-0" },
    status: { conditions: [{ type: "Ready", status: "True" }] },
  };
  const events: CoreEvent[] = [{
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: { name: "e" },
    eventTime: SINCE,
    reason: "FailedCreate",
    note: "exceeded quota",
    regarding: { kind: "StatefulSet", name: "solo-0" },
  }];
  const few = await read(multinodeView(), 5, { pods: [running, running, running], events });
  const creators = [
    "events type=Warning,regarding.kind=LeaderWorkerSet,regarding.name=solo-0 50 5000",
    "events type=Warning,regarding.kind=StatefulSet,regarding.name=solo-0 50 5000",
    "events type=Warning,regarding.kind=StatefulSet,regarding.name=solo-0-0 50 5000",
  ];
  assertEquals(few.lists, [LWS_PODS, ...creators]);
  assertEquals(few.causes, ['missing pods: StatefulSet "solo-0": FailedCreate: exceeded quota']);
  const unknown = await read(multinodeView(), 5, { pods: [running, running, running] });
  assertEquals(unknown.causes, []);
  const all = await read(multinodeView(), 5, { pods: Array(4).fill(running), events });
  assertEquals([all.lists, all.causes], [[LWS_PODS], []]);
});
