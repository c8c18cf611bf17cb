// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { isPaused } from "../../crds/labels.ts";
import { ApiError, ConnectionError } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import { completed } from "../apply/decide.ts";
import type { Execution } from "../apply/execution.ts";
import { DRIFT_FIGHT, NAME_CONFLICT, NOT_KEPT, WAITING_FOR_DELETION } from "../apply/reasons.ts";
import { executionOf } from "../apply/testing/objects.ts";
import { REASONS } from "../dynamo/conditions.ts";
import { unreadableStatus } from "../dynamo/unreadable_status.ts";
import { graph } from "../testing/graph_builder.ts";
import { kstatus } from "../testing/kstatus.ts";
import { graphObserved } from "../testing/observed.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { planGraph } from "./plan.ts";
import { graphStatus } from "./status.ts";

const NOW = "2026-03-01T12:00:00Z";
const twoServices = graph().withFrontend().withWorker("Decode", { replicas: 2 }).build();

function observedOf(object: DynamoGraphDeployment, live: KubeObject[]) {
  return graphObserved({ live, parentUid: object.metadata.uid });
}

/** Returns the planned objects as the API server stores them, with the given change to each component. */
function stored(
  object: DynamoGraphDeployment,
  change: (component: DynamoComponentDeployment) => Partial<DynamoComponentDeployment> = () => ({}),
): KubeObject[] {
  const { planned } = planGraph(object, observedOf(object, []), platformConfig());
  return planned.map((planned) => {
    const live = completed({ parent: object, planned, live: undefined });
    if (live.kind !== "DynamoComponentDeployment") return live;
    const component = ready(live as DynamoComponentDeployment);
    return { ...component, ...change(component) };
  });
}

function ready(component: DynamoComponentDeployment): DynamoComponentDeployment {
  const replicas = component.spec.replicas ?? 1;
  return {
    ...component,
    metadata: { ...component.metadata, generation: 1 },
    status: {
      observedGeneration: 1,
      conditions: [{
        type: "Available",
        status: "True",
        reason: REASONS.deploymentReady,
        message: "ready",
        lastTransitionTime: NOW,
      }],
      service: {
        componentKind: "Deployment",
        componentName: component.metadata.name,
        replicas,
        updatedReplicas: replicas,
      },
    },
  };
}

function statusOf(
  object: DynamoGraphDeployment,
  live: KubeObject[],
  execution: Partial<Execution> = {},
) {
  const observed = observedOf(object, live);
  const plan = planGraph(object, observed, platformConfig());
  return graphStatus({
    object,
    plan,
    observed,
    execution: executionOf(execution),
    paused: isPaused(object),
  }, NOW);
}

/** Returns a function that makes a component unavailable, and sets condition `Stalled` or `Reconciling` to True. */
function unavailable(type: "Stalled" | "Reconciling", message: string) {
  const why = { reason: REASONS.refused, message, lastTransitionTime: NOW };
  return ({ status }: DynamoComponentDeployment) => ({
    status: {
      ...status,
      conditions: [
        { type: "Available", status: "False" as const, ...why },
        { type, status: "True" as const, ...why },
      ],
    },
  });
}

/** Returns the status of a component whose controller cannot read Deployments. */
function unreadable({ status }: Pick<DynamoComponentDeployment, "status">) {
  const kinds = { names: "deployments.apps", reason: "no permission", sinceIso: NOW };
  return { status: unreadableStatus(status ?? { conditions: [] }, kinds, NOW) };
}

function readyCondition(status: ReturnType<typeof statusOf>) {
  return status.conditions?.find(({ type }) => type === "Ready");
}

Deno.test("a graph is successful when every component carries the plan and is available", () => {
  const status = statusOf(twoServices, stored(twoServices));
  assertEquals(status.state, "successful");
  assertEquals(status.observedGeneration, 1);
  assertEquals(readyCondition(status)?.reason, REASONS.allReady);
  assertEquals(status.services?.["Decode"]?.replicas, 2);
});

Deno.test("a graph is pending until each component exists, and the message names those that do not", () => {
  const status = statusOf(twoServices, []);
  assertEquals(status.state, "pending");
  assertEquals(readyCondition(status)?.reason, REASONS.someNotReady);
  assertStringIncludes(
    readyCondition(status)?.message ?? "",
    "chat-decode: DynamoComponentDeployment does not exist yet",
  );
  assertEquals(status.services, undefined);
});

Deno.test("a child that is being deleted keeps a graph pending, even if it is available", () => {
  const deleting = stored(twoServices).map((child) => ({
    ...child,
    metadata: { ...child.metadata, deletionTimestamp: NOW },
  }));
  const status = statusOf(twoServices, deleting);
  assertEquals(status.state, "pending");
  for (const child of ["chat-decode: DynamoComponentDeployment", "-role: Role"]) {
    assertStringIncludes(readyCondition(status)?.message ?? "", `${child} is being deleted`);
  }
});

Deno.test("an available component of an older plan does not make a graph successful", () => {
  const changed = graph().withFrontend().withWorker("Decode", { replicas: 3 }).build();
  const status = statusOf(changed, stored(twoServices));
  assertEquals(status.state, "pending");
  assertStringIncludes(readyCondition(status)?.message ?? "", "chat-decode: ");
  assertStringIncludes(readyCondition(status)?.message ?? "", "not up to date");
});

Deno.test("an available component that has not observed its newest generation is not ready", () => {
  const live = stored(
    twoServices,
    ({ metadata }) => ({ metadata: { ...metadata, generation: 2 } }),
  );
  const status = statusOf(twoServices, live);
  assertEquals(status.state, "pending");
  assertStringIncludes(readyCondition(status)?.message ?? "", "newest generation");
});

Deno.test("the message contains that of a component that is not available", () => {
  const live = stored(twoServices, (component) => ({
    status: {
      ...component.status,
      conditions: [{
        type: "Available",
        status: "False",
        reason: REASONS.deploymentNotReady,
        message: 'Deployment "x": 1 of 2 replicas are available',
        lastTransitionTime: NOW,
      }],
    },
  }));
  const { message } = readyCondition(statusOf(twoServices, live)) ?? {};
  assertStringIncludes(message ?? "", "Resources not ready: chat-decode: ");
  assertStringIncludes(message ?? "", "1 of 2 replicas are available");
});

Deno.test("an unplanned component keeps the graph pending until it is deleted", () => {
  const smaller = graph().withFrontend().build();
  const status = statusOf(smaller, stored(twoServices));
  assertEquals(status.state, "pending");
  assertStringIncludes(readyCondition(status)?.message ?? "", "chat-decode: ");
  assertEquals(Object.keys(status.services ?? {}), ["Frontend"]);
});

Deno.test("a write that the API server refuses makes a graph failed, with the refusal", () => {
  const status = statusOf(twoServices, [], {
    errors: [{
      ref: { apiVersion: "v1", kind: "ServiceAccount", namespace: "team", name: "a" },
      error: new Error("exceeded quota"),
    }],
  });
  assertEquals(status.state, "failed");
  assertEquals(readyCondition(status)?.reason, REASONS.reconcileFailed);
  assertStringIncludes(readyCondition(status)?.message ?? "", "exceeded quota");
});

Deno.test("an API server that is overloaded or unreachable keeps a graph pending, not failed", () => {
  const ref = { apiVersion: "v1", kind: "ServiceAccount", namespace: "team", name: "a" };
  const request = { verb: "apply", method: "PATCH", path: "/x" };
  const answer = { reason: "", message: "etcdserver: request timed out", request };
  for (
    const error of [
      new ApiError({ status: 500, ...answer }),
      new ApiError({ status: 429, ...answer }),
      new ConnectionError({ request, message: "etcdserver: request timed out" }),
    ]
  ) {
    const status = statusOf(twoServices, [], { errors: [{ ref, error }] });
    assertEquals(status.state, "pending");
    assertStringIncludes(readyCondition(status)?.message ?? "", "request timed out");
  }
});

Deno.test("a foreign object of a planned name makes a graph failed and causes the condition NameConflict", () => {
  const message = 'ServiceAccount "team/a" exists and is not owned by DynamoGraphDeployment "chat"';
  const status = statusOf(twoServices, stored(twoServices), {
    blocked: [{ ref: { apiVersion: "v1", kind: "X", name: "a" }, reason: NAME_CONFLICT, message }],
  });
  assertEquals(status.state, "failed");
  const conflict = status.conditions?.find(({ type }) => type === "NameConflict");
  assertEquals([conflict?.status, conflict?.message], ["True", message]);
});

Deno.test("drift that the operator does not repair yet keeps a graph pending; a notice does not", () => {
  const ref = { apiVersion: "v1", kind: "ServiceAccount", name: "a" };
  const fight = { ref, reason: DRIFT_FIGHT, message: "overwritten", retryMs: 1 } as const;
  const notKept = { ref, reason: NOT_KEPT, message: "not stored" } as const;
  const conditionsOf = (change: Partial<Execution>) => {
    const { state, conditions = [] } = statusOf(twoServices, stored(twoServices), change);
    const own = conditions.filter(({ type }) => [DRIFT_FIGHT, NOT_KEPT].includes(type));
    return [state, ...own.map(({ type, status, message }) => `${type}=${status}: ${message}`)];
  };
  assertEquals(conditionsOf({ blocked: [fight] }), ["pending", "DriftFight=True: overwritten"]);
  assertEquals(conditionsOf({ notices: [fight, notKept] }), [
    "successful",
    "DriftFight=True: overwritten",
    "NotKept=True: not stored",
  ]);
});

Deno.test("children of a deleted graph of the same name keep a graph pending, not failed", () => {
  const status = statusOf(twoServices, [], {
    blocked: [{
      ref: { apiVersion: "v1", kind: "X", name: "a" },
      reason: WAITING_FOR_DELETION,
      message: 'X "a" of a deleted graph is still being deleted',
    }],
  });
  assertEquals(status.state, "pending");
});

Deno.test("an invalid graph is failed, names the field and still reports its replicas", () => {
  const invalid = graph().withFrontend("A").withWorker("a").build();
  const status = statusOf(invalid, stored(graph().withFrontend("A").build()));
  assertEquals(status.state, "failed");
  assertEquals(readyCondition(status)?.reason, REASONS.validationFailed);
  assertStringIncludes(readyCondition(status)?.message ?? "", "spec.services[a]: ");
  assertEquals(Object.keys(status.services ?? {}), ["A"]);
});

Deno.test("a paused graph has the condition Paused and still reports its state", () => {
  const object = graph().withFrontend().withAnnotation("nvidia.com/paused", "true").build();
  const status = statusOf(object, stored(object));
  assertEquals(status.state, "successful");
  assertEquals(status.conditions?.some(({ type }) => type === "Paused"), true);
});

Deno.test("a graph is failed if a component has stalled, and the message says why", () => {
  const status = statusOf(twoServices, stored(twoServices, unavailable("Stalled", "No way")));
  assertEquals(status.state, "failed");
  assertEquals(readyCondition(status)?.message, "chat-decode: No way; chat-frontend: No way");
  assertEquals(kstatus({ ...twoServices, status }), "Failed");
});

Deno.test("a graph is pending while a component may become available without a change by a user", () => {
  const status = statusOf(twoServices, stored(twoServices, unavailable("Reconciling", "Soon")));
  assertEquals(status.state, "pending");
  assertEquals(kstatus({ ...twoServices, status }), "InProgress");
});

Deno.test("kstatus sees a graph as current only when it is successful and observed", () => {
  const status = statusOf(twoServices, stored(twoServices));
  assertEquals(kstatus({ ...twoServices, status }), "Current");
  const edited = { ...twoServices, metadata: { ...twoServices.metadata, generation: 2 } };
  assertEquals(kstatus({ ...edited, status }), "InProgress");
  const invalid = graph().withFrontend("A").withWorker("a").build();
  assertEquals(kstatus({ ...invalid, status: statusOf(invalid, []) }), "Failed");
});

Deno.test("a component whose CRD is outdated counts by the generation in its conditions", () => {
  const withoutGeneration = ({ status }: DynamoComponentDeployment) => {
    const { observedGeneration, conditions = [], ...others } = status ?? { conditions: [] };
    const counted = conditions.map((condition) => ({ ...condition, observedGeneration }));
    return { status: { ...others, conditions: counted } };
  };
  assertEquals(statusOf(twoServices, stored(twoServices, withoutGeneration)).state, "successful");
});

Deno.test("a removed service of a paused graph is deleted after the pause", () => {
  const smaller = graph().withFrontend().withAnnotation("nvidia.com/paused", "true").build();
  const { message = "" } = readyCondition(statusOf(smaller, stored(twoServices))) ?? {};
  assertStringIncludes(
    message,
    "chat-decode: DynamoComponentDeployment is no longer needed; the operator deletes it after the pause",
  );
});

Deno.test("a service whose Ingress lacks its class causes a warning of a successful graph", () => {
  const object = graph().withFrontend("F", { ingress: { enabled: true, host: "chat" } }).build();
  const status = statusOf(object, stored(object));
  assertEquals(status.state, "successful");
  const condition = status.conditions?.find(({ type }) => type === "ConfigurationWarning");
  assertStringIncludes(
    condition?.message ?? "",
    "spec.services[F].ingress: has no ingressControll",
  );
});

Deno.test("a graph whose components cannot be reconciled keeps its state, but is not ready", () => {
  const status = statusOf(twoServices, stored(twoServices, unreadable));
  const { status: ready, reason, message = "" } = readyCondition(status) ?? {};
  assertEquals([status.state, ready, reason], ["successful", "Unknown", REASONS.kindUnreadable]);
  assertEquals(message.match(/The operator cannot read deployments.apps \(since/g)?.length, 1);
  assertEquals(kstatus({ ...twoServices, status }), "InProgress");
  const isFrontend = (name: string) => name.endsWith("frontend");
  const partly = stored(
    twoServices,
    (component) => isFrontend(component.metadata.name) ? unreadable(component) : {},
  );
  // The status is the same if only one of the two components reports the unreadable kind.
  assertEquals(statusOf(twoServices, partly), status);
  assertEquals(
    readyCondition(statusOf({ ...twoServices, status }, stored(twoServices)))?.status,
    "True",
  );
});

Deno.test("a pending graph names the kind that the operator cannot read, and a failed graph stays failed", () => {
  const edited = (component: DynamoComponentDeployment) => ({
    metadata: { ...component.metadata, generation: 2 },
    ...unreadable(component),
  });
  const pending = statusOf(twoServices, stored(twoServices, edited));
  assertEquals([pending.state, readyCondition(pending)?.status], ["pending", "False"]);
  assertStringIncludes(
    readyCondition(pending)?.message ?? "",
    "chat-decode: The operator cannot read deployments.apps",
  );
  const stalled = unavailable("Stalled", "No way");
  const failed = stored(twoServices, (component) => unreadable(stalled(component)));
  assertEquals(statusOf(twoServices, failed).state, "failed");
});

Deno.test("a graph that was stored without a spec is invalid, with and without Grove", () => {
  const { spec: _, ...bare } = twoServices;
  const object = bare as DynamoGraphDeployment;
  for (const served of [new Set<"grove">(), new Set(["grove" as const])]) {
    const observed = { ...observedOf(object, []), served };
    const plan = planGraph(object, observed, platformConfig());
    const execution = executionOf();
    const status = graphStatus({ object, plan, observed, execution, paused: false }, NOW);
    assertEquals(status.state, "failed");
    assertStringIncludes(JSON.stringify(status.conditions), "spec.services");
  }
});
