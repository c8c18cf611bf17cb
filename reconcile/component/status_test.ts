// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { ComponentStatus } from "../../crds/kinds/component.ts";
import { isPaused } from "../../crds/labels.ts";
import type { Deployment } from "../../kube/builtin.ts";
import { ApiError } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import { completed } from "../apply/decide.ts";
import type { Execution } from "../apply/execution.ts";
import { observedFrom } from "../apply/observed.ts";
import { DRIFT_FIGHT, NAME_CONFLICT, NOT_KEPT } from "../apply/reasons.ts";
import { executionOf } from "../apply/testing/objects.ts";
import { REASONS } from "../dynamo/conditions.ts";
import { unreadableStatus } from "../dynamo/unreadable_status.ts";
import { soloComponent } from "../testing/components.ts";
import { kstatus } from "../testing/kstatus.ts";
import { componentObserved } from "../testing/observed.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { planComponent } from "./plan.ts";
import { componentEvents, componentStatus } from "./status.ts";

type Component = ReturnType<typeof soloComponent>;

const NOW = "2026-01-02T00:00:00Z";

function status(component: Component, live: KubeObject[], change: Partial<Execution> = {}) {
  const observed = observedFrom(live, component.metadata.uid);
  const execution = executionOf(change);
  const view = { object: component, plan: planOf(component, live), observed, execution };
  return componentStatus({ ...view, paused: isPaused(component) }, NOW);
}

function planOf(component: Component, live: KubeObject[]) {
  const observed = componentObserved({ live, parentUid: component.metadata.uid });
  return planComponent(component, observed, platformConfig());
}

/** Returns the planned objects as the API server stores them, with a Deployment that is rolled out. */
function converged(component: Component): KubeObject[] {
  return planOf(component, []).planned.map((planned) => {
    const live = completed({ parent: component, planned, live: undefined });
    return live.kind === "Deployment" ? rolledOut(live as Deployment) : live;
  });
}

function rolledOut(deployment: Deployment): Deployment {
  const replicas = deployment.spec?.replicas ?? 1;
  const counts = {
    replicas,
    updatedReplicas: replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
  };
  const conditions = [{ type: "Available", status: "True" }];
  return { ...deployment, status: { observedGeneration: 1, ...counts, conditions } };
}

function conditionOf({ conditions }: ReturnType<typeof status>, type: string) {
  const { status, reason, message = "" } = conditions.find((c) => c.type === type) ?? {};
  return { status, reason, message };
}

Deno.test("a component is available if its children are as planned and rolled out", () => {
  const component = soloComponent({ replicas: 2 }, { generation: 7 });
  const result = status(component, converged(component));
  assertEquals(result, {
    observedGeneration: 7,
    conditions: [
      {
        type: "Available",
        status: "True",
        reason: "DeploymentReady",
        message: 'Deployment "solo" is ready',
        lastTransitionTime: NOW,
        observedGeneration: 7,
      },
      {
        type: "DynamoComponentReady",
        status: "True",
        reason: "ComponentReady",
        message: 'Deployment "solo" is ready',
        lastTransitionTime: NOW,
        observedGeneration: 7,
      },
      {
        type: "Ready",
        status: "True",
        reason: "DeploymentReady",
        message: 'Deployment "solo" is ready',
        lastTransitionTime: NOW,
        observedGeneration: 7,
      },
    ],
    service: {
      componentKind: "Deployment",
      componentName: "solo",
      replicas: 2,
      updatedReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
    },
  });
});

Deno.test("a Deployment that carries an older plan is not ready, even if it is healthy", () => {
  const old = converged(soloComponent({ replicas: 1 }));
  const available = conditionOf(status(soloComponent({ replicas: 2 }), old), "Available");
  assertEquals(available.status, "False");
  assertEquals(available.reason, REASONS.deploymentNotReady);
  assertEquals(available.message, 'Deployment "solo" is not up to date yet');
});

Deno.test("the message names the Deployment and its progress", () => {
  const component = soloComponent({ replicas: 2 });
  const live = converged(component).map((object) =>
    object.kind === "Deployment"
      ? { ...object, status: { observedGeneration: 1, replicas: 2, updatedReplicas: 2 } }
      : object
  );
  const result = status(component, live);
  assertEquals(
    conditionOf(result, "Available").message,
    'Deployment "solo" is not ready: 0 of 2 replicas available',
  );
  assertEquals(conditionOf(result, "DynamoComponentReady").reason, REASONS.componentNotReady);
  assertEquals(result.service?.readyReplicas, 0);
});

Deno.test("the message names children that do not exist yet", () => {
  const component = soloComponent({});
  const nothing = conditionOf(status(component, []), "Available");
  assertStringIncludes(nothing.message, 'Deployment "solo" does not exist yet');
  assertStringIncludes(nothing.message, 'Service "solo" does not exist yet');
  const [deployment] = converged(component);
  const noService = conditionOf(status(component, deployment ? [deployment] : []), "Available");
  assertEquals(noService.reason, REASONS.resourcesNotReady);
});

Deno.test("a child that is being deleted is not ready", () => {
  const component = soloComponent({});
  const deletionTimestamp = NOW;
  const live = converged(component).map((object) => ({
    ...object,
    metadata: { ...object.metadata, deletionTimestamp },
  }));
  const { message } = conditionOf(status(component, live), "Available");
  assertStringIncludes(message, 'Deployment "solo" is being deleted');
});

Deno.test("an invalid component names the field and still reports its replicas", () => {
  const valid = soloComponent({});
  const invalid = soloComponent({ resources: { limits: { gpu: "two" } } });
  const result = status(invalid, converged(valid));
  const available = conditionOf(result, "Available");
  assertEquals([available.status, available.reason], ["False", REASONS.validationFailed]);
  assertStringIncludes(available.message, "Validation failed: spec.resources.limits.gpu: ");
  assertEquals(result.service?.availableReplicas, 1);
});

Deno.test("a failed write is reported with its child and the API server's response", () => {
  const component = soloComponent({});
  const ref = { apiVersion: "v1", kind: "Service", namespace: "ns", name: "solo" };
  const errors = [{ ref, error: new Error("quota exceeded") }];
  const available = conditionOf(status(component, converged(component), { errors }), "Available");
  assertEquals([available.status, available.reason], ["False", REASONS.reconciling]);
  assertStringIncludes(available.message, 'Service "ns/solo": quota exceeded');
});

Deno.test("held drift makes a component unavailable; a value that was not stored does not", () => {
  const component = soloComponent({});
  const ref = { apiVersion: "apps/v1", kind: "Deployment", name: "solo" };
  const held = { ref, reason: DRIFT_FIGHT, message: "overwritten" } as const;
  const result = status(component, converged(component), { blocked: [held] });
  assertEquals(conditionOf(result, "Available").reason, DRIFT_FIGHT);
  assertEquals(conditionOf(result, "DriftFight").message, "overwritten");
  const notKept = { ref, reason: NOT_KEPT, message: "not stored" } as const;
  const reported = status(component, converged(component), { notices: [notKept] });
  assertEquals(conditionOf(reported, "Available").status, "True");
  assertEquals(conditionOf(reported, "NotKept").message, "not stored");
});

Deno.test("a foreign object causes the condition NameConflict, and its replicas are not reported", () => {
  const foreign = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "solo" } };
  const message = 'Deployment "ns/solo" exists and is not owned by the component';
  const ref = { apiVersion: "apps/v1", kind: "Deployment", name: "solo" };
  const result = status(soloComponent({}), [foreign], {
    blocked: [{ ref, reason: NAME_CONFLICT, message }],
  });
  assertEquals(conditionOf(result, "Available").reason, NAME_CONFLICT);
  assertEquals(conditionOf(result, "NameConflict").status, "True");
  assertEquals(result.service, undefined);
});

Deno.test("a paused component has the condition Paused and still reports its state", () => {
  const annotations = { "nvidia.com/paused": "true" };
  const component = soloComponent({ replicas: 2 }, { annotations });
  const result = status(component, converged(soloComponent({ replicas: 1 })));
  assertEquals(conditionOf(result, "Paused").status, "True");
  assertEquals(conditionOf(result, "Available").status, "False");
});

Deno.test("a component that is being deleted is not available", () => {
  const component = soloComponent({}, { deletionTimestamp: NOW });
  assertEquals(
    conditionOf(status(component, converged(component)), "Available").reason,
    REASONS.terminating,
  );
});

Deno.test("transition times change only with the status, and the Go operator's Valid is dropped", () => {
  const before = "2026-01-01T00:00:00Z";
  const condition = (type: string, status: "True" | "False") => ({
    type,
    status,
    reason: "Before",
    message: "",
    lastTransitionTime: before,
  });
  const component = soloComponent({});
  component.status = {
    conditions: [
      condition("Valid", "True"),
      condition("Available", "True"),
      condition("DynamoComponentReady", "False"),
    ],
  };
  const { conditions } = status(component, converged(component));
  assertEquals(conditions.map(({ type, lastTransitionTime }) => [type, lastTransitionTime]), [
    ["Available", before],
    ["DynamoComponentReady", NOW],
    ["Ready", NOW],
  ]);
});

Deno.test("a refusal of the API server is quoted, and its reason is Refused", () => {
  const request = { verb: "apply", method: "PATCH", path: "/apis/apps/v1/deployments/solo?force" };
  const error = new ApiError({
    status: 422,
    reason: "Invalid",
    message: "image: Required",
    request,
  });
  const ref = { apiVersion: "apps/v1", kind: "Deployment", name: "solo" };
  const result = status(soloComponent({}), [], { errors: [{ ref, error }] });
  assertEquals(conditionOf(result, "Available"), {
    status: "False",
    reason: REASONS.refused,
    message: 'Failed to reconcile DynamoComponentDeployment: Deployment "solo": image: Required',
  });
  const gone = { ref, error: new Error("Connection reset") };
  const other = status(soloComponent({}), [], { errors: [gone] });
  assertEquals(conditionOf(other, "Available").reason, REASONS.reconciling);
});

Deno.test("a quota, a policy or a webhook that refuses a child is a refusal, a busy server is not", () => {
  const component = soloComponent({});
  const reasonFor = (code: number, message: string) => {
    const request = { verb: "apply", method: "PATCH", path: "/x" };
    const error = new ApiError({ status: code, reason: "", message, request });
    const ref = { apiVersion: "apps/v1", kind: "Deployment", name: "solo" };
    const result = status(component, [], { errors: [{ ref, error }] });
    return [conditionOf(result, "Available").reason, kstatus({ ...component, status: result })];
  };
  assertEquals(reasonFor(403, "exceeded quota: compute"), [REASONS.refused, "Failed"]);
  assertEquals(reasonFor(422, "ValidatingAdmissionPolicy 'p' denied"), [REASONS.refused, "Failed"]);
  assertEquals(reasonFor(500, 'admission webhook "w" denied the request'), [
    REASONS.refused,
    "Failed",
  ]);
  assertEquals(reasonFor(500, "etcdserver: timeout"), [REASONS.reconciling, "InProgress"]);
  assertEquals(reasonFor(404, "namespace not found"), [REASONS.reconciling, "InProgress"]);
});

Deno.test("kstatus sees a component as current only when it is ready", () => {
  const component = soloComponent({ replicas: 2 });
  component.status = unavailable(REASONS.deploymentNotReady, "", "2026-01-01T00:00:00Z");
  const seen = (live: KubeObject[]) => kstatus({ ...component, status: status(component, live) });
  const rolling = (progressing: Record<string, string>) =>
    converged(component).map((object) =>
      object.kind === "Deployment"
        ? { ...object, status: { replicas: 2, conditions: [progressing] } }
        : object
    );
  assertEquals(seen(converged(component)), "Current");
  assertEquals(seen([]), "InProgress");
  const progress = { type: "Progressing", status: "True", reason: "ReplicaSetUpdated" };
  assertEquals(seen(rolling(progress)), "InProgress");
  const late = { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" };
  assertEquals(seen(rolling(late)), "Failed");
  const invalid = soloComponent({ resources: { limits: { gpu: "two" } } });
  assertEquals(kstatus({ ...invalid, status: status(invalid, []) }), "Failed");
});

Deno.test("the message quotes the cause that the pods report", () => {
  const component = soloComponent({});
  const live = converged(component).map((object) =>
    object.kind === "Deployment" ? { ...object, status: { replicas: 1 } } : object
  );
  const observed = observedFrom(live, component.metadata.uid);
  const view = { object: component, plan: planOf(component, live), observed, paused: false };
  const causes = ['pod "solo-1": cannot pull image "i"'];
  const result = componentStatus({ ...view, ...IDLE }, NOW, { causes });
  assertStringIncludes(conditionOf(result, "Available").message, "0 of 1 replicas");
  assertStringIncludes(conditionOf(result, "Ready").message, '; pod "solo-1": cannot pull image');
});

Deno.test("fields that the API server drops are reported, with the remedy", () => {
  const component = soloComponent({});
  const observed = observedFrom([]);
  const view = { object: component, plan: planOf(component, []), observed, paused: false };
  const unstored = ["status.observedGeneration"];
  const outdated = conditionOf(componentStatus({ ...view, ...IDLE, unstored }, NOW), "CrdOutdated");
  assertEquals(outdated.status, "True");
  assertStringIncludes(outdated.message, "status.observedGeneration");
  assertStringIncludes(outdated.message, "upgrade the CRDs");
});

Deno.test("a status of the Go operator without observedGeneration does not report an old CRD", () => {
  const component = soloComponent({});
  const { conditions = [] } = unavailable("R", "");
  component.status = { conditions: conditions.map((one) => ({ ...one, observedGeneration: 1 })) };
  assertEquals(conditionOf(status(component, []), "CrdOutdated").status, undefined);
});

const IDLE = { execution: executionOf() };

function unavailable(
  reason: string,
  message: string,
  lastTransitionTime = "2026-01-02T00:00:00Z",
): ComponentStatus {
  return {
    conditions: [{ type: "Available", status: "False", reason, message, lastTransitionTime }],
  };
}

Deno.test("a component that only a user can repair causes one event as long as its message stays", () => {
  const stuck = unavailable(NAME_CONFLICT, "Service is taken");
  const event = { type: "Warning", reason: NAME_CONFLICT, action: "Reconcile" } as const;
  assertEquals(componentEvents(IDLE, undefined, stuck), [{ ...event, note: "Service is taken" }]);
  assertEquals(componentEvents(IDLE, stuck, stuck), []);
  const other = unavailable(NAME_CONFLICT, "Deployment is taken");
  assertEquals(componentEvents(IDLE, stuck, other), [{ ...event, note: "Deployment is taken" }]);
});

Deno.test("the progress of a rollout causes no event", () => {
  const before = unavailable(REASONS.deploymentNotReady, "0 of 2 replicas available");
  const after = unavailable(REASONS.deploymentNotReady, "1 of 2 replicas available");
  assertEquals(componentEvents(IDLE, before, after), []);
});

Deno.test("after an interruption a reconciliation replaces the condition about unreadable kinds", () => {
  const component = soloComponent({});
  const live = converged(component);
  const kinds = { names: "secrets", reason: "no permission", sinceIso: NOW };
  component.status = unreadableStatus(status(component, live), kinds, NOW);
  assertEquals(conditionOf(component.status, "Available").status, "True");
  assertEquals(conditionOf(component.status, "Ready").status, "Unknown");
  assertEquals(kstatus(component), "InProgress");
  const after = status(component, live);
  assertEquals(conditionOf(after, "Ready").status, "True");
  assertEquals(kstatus({ ...component, status: after }), "Current");
  assertEquals(status({ ...component, status: after }, live), after);
});

Deno.test("an Ingress without a class is a warning of an available component", () => {
  const component = soloComponent({ ingress: { enabled: true, host: "chat" } });
  const result = status(component, converged(component));
  assertEquals(conditionOf(result, "Available").status, "True");
  const { message } = conditionOf(result, "ConfigurationWarning");
  assertStringIncludes(message, "spec.ingress: has no ingressControllerClassName");
});
