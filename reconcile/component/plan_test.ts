// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Service } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import { leaderWorkerSets, virtualServices } from "../../kube/optional_kinds.ts";
import { completed } from "../apply/decide.ts";
import { NAME_CONFLICT } from "../apply/reasons.ts";
import { REASONS } from "../dynamo/conditions.ts";
import { graphComponent, soloComponent } from "../testing/components.ts";
import { componentObserved } from "../testing/observed.ts";
import { lwsObserved, MULTINODE } from "../testing/leader_worker_sets.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { type ComponentPlan, planComponent } from "./plan.ts";

type Component = ReturnType<typeof soloComponent>;

function plan(component: Component, live: KubeObject[] = []): ComponentPlan {
  const modelServices = live.filter(({ metadata }) => metadata.name.startsWith("dynamo-model-"));
  const observed = componentObserved({
    live,
    parentUid: component.metadata.uid,
    components: [component],
    modelServices: modelServices as Service[],
  });
  return planComponent(component, observed, platformConfig());
}

function liveObject(kind: string, name: string, owner?: Component): KubeObject {
  const apiVersion = kind === "Deployment" ? "apps/v1" : "v1";
  if (!owner) return { apiVersion, kind, metadata: { name } };
  const { apiVersion: ownerVersion, kind: ownerKind, metadata } = owner;
  const { name: ownerName, uid = "" } = metadata;
  const reference = { apiVersion: ownerVersion, kind: ownerKind, name: ownerName, uid };
  const ownerReferences = [{ ...reference, controller: true }];
  return { apiVersion, kind, metadata: { name, ownerReferences } };
}

function names({ planned }: ComponentPlan): string[] {
  return planned.map(({ manifest, policy }) =>
    `${policy} ${manifest.kind} ${manifest.metadata.name}`
  );
}

const exposed = { enabled: true, host: "chat", ingressControllerClassName: "nginx" };

Deno.test("a component becomes a Deployment and a Service, and an Ingress if it is exposed", () => {
  assertEquals(names(plan(soloComponent({}))), ["own Deployment solo", "own Service solo"]);
  assertEquals(names(plan(soloComponent({ ingress: exposed }))), [
    "own Deployment solo",
    "own Service solo",
    "own Ingress solo",
  ]);
});

Deno.test("a VirtualService is planned while Istio is served, and pruned when the spec does not ask for it", () => {
  const ingress = {
    enabled: true,
    host: "chat",
    useVirtualService: true,
    virtualServiceGateway: "istio-system/public",
  };
  const config = platformConfig({ virtualServiceGateway: "istio-system/public" });
  const planned = (component: Component, live: KubeObject[] = [], kinds = [virtualServices]) => {
    const { uid: parentUid } = component.metadata;
    return planComponent(component, componentObserved({ live, parentUid, kinds }), config);
  };
  const component = soloComponent({ ingress });
  const served = planned(component);
  assertEquals(names(served).at(-1), "own VirtualService solo");
  assertEquals(served.warnings, []);

  const unserved = planned(component, [], []);
  assertEquals(names(unserved), ["own Deployment solo", "own Service solo"]);
  assertEquals(unserved.warnings.map(({ field }) => field), ["spec.ingress.useVirtualService"]);

  const live = served.planned.map((item) =>
    completed({ parent: component, planned: item, live: undefined })
  );
  assertEquals(planned(component, live).prune, []);
  const { prune } = planned(soloComponent({ ingress: { ...ingress, enabled: false } }), live);
  assertEquals(prune.map(({ kind, metadata }) => `${kind} ${metadata.name}`), [
    "VirtualService solo",
  ]);
});

Deno.test("the children of a component get it as their controller owner", () => {
  const component = soloComponent({});
  for (const planned of plan(component).planned) {
    assertEquals(planned.manifest.metadata.ownerReferences, undefined);
    const { metadata } = completed({ parent: component, planned, live: undefined });
    assertEquals(metadata.ownerReferences, [{
      apiVersion: "nvidia.com/v1alpha1",
      kind: "DynamoComponentDeployment",
      name: "solo",
      uid: "uid-solo",
      controller: true,
      blockOwnerDeletion: true,
    }]);
  }
});

Deno.test("a plan depends on neither UIDs nor owner references, so it works offline", () => {
  const component = graphComponent({ ingress: exposed, modelRef: { name: "Qwen/Qwen3-0.6B" } });
  const { uid: _uid, ownerReferences: _owners, ...metadata } = component.metadata;
  const manifests = (component: Component) =>
    plan(component).planned.map(({ manifest }) => manifest);
  assertEquals(manifests({ ...component, metadata }), manifests(component));
});

Deno.test("the Service of a model is shared", () => {
  const component = soloComponent({ modelRef: { name: "Qwen/Qwen3-0.6B" } });
  assertEquals(names(plan(component))[2], "shared Service dynamo-model-fb68f5a6");
});

Deno.test("unplanned children are pruned", () => {
  const component = soloComponent({});
  const live = [
    liveObject("Deployment", "solo", component),
    liveObject("Service", "solo", component),
    liveObject("Service", "solo-p", component),
    liveObject("Ingress", "solo", component),
    liveObject("Service", "foreign"),
  ];
  const { prune } = plan(component, live);
  assertEquals(prune.map(({ kind, metadata }) => `${kind} ${metadata.name}`), [
    "Service solo-p",
    "Ingress solo",
  ]);
});

Deno.test("the Service of a former model is pruned once, even if the Go operator made it a child", () => {
  const component = soloComponent({});
  const former = liveObject("Service", "dynamo-model-fb68f5a6", component);
  assertEquals(plan(component, [former]).prune, [former]);
  const current = soloComponent({ modelRef: { name: "Qwen/Qwen3-0.6B" } });
  assertEquals(plan(current, [former]).prune, []);
});

Deno.test("a foreign Service of the model's name is not changed, and is reported", () => {
  const component = soloComponent({ modelRef: { name: "Qwen/Qwen3-0.6B" } });
  const { planned, problems } = plan(component, [liveObject("Service", "dynamo-model-fb68f5a6")]);
  assertEquals(planned.length, 2);
  assertEquals(problems.map(({ reason }) => reason), [NAME_CONFLICT]);
});

Deno.test("an invalid component plans nothing, prunes nothing and names the field", () => {
  const component = graphComponent({ resources: { limits: { gpu: "two" } } });
  const live = [liveObject("Ingress", "demo-worker", component)];
  const { planned, prune, problems } = plan(component, live);
  assertEquals([planned, prune], [[], []]);
  assertEquals(problems.map(({ reason, field }) => [reason, field]), [
    [REASONS.validationFailed, "spec.resources.limits.gpu"],
  ]);
});

Deno.test("a component whose Service is invalid still plans its workload, and prunes nothing", () => {
  const component = soloComponent({ dynamoNamespace: undefined });
  const live = [liveObject("Deployment", "solo", component)];
  const { planned, prune, problems } = plan(component, live);
  assertEquals(planned.map(({ manifest }) => manifest.kind), ["Deployment"]);
  assertEquals(prune, []);
  assertEquals(problems.map(({ field }) => field), ["spec.dynamoNamespace"]);
});

Deno.test("a component in a debug mode of the Go operator is invalid, so its pods stay unchanged", () => {
  const annotations = { "nvidia.com/enable-debug-mode": "true" };
  const component = graphComponent({ annotations });
  const { planned, prune, problems } = plan(component, [
    liveObject("Deployment", "demo-worker", component),
    liveObject("Deployment", "demo-worker-d", component),
  ]);
  assertEquals([planned, prune], [[], []]);
  assertEquals(problems.map(({ reason, field }) => [reason, field]), [
    [REASONS.validationFailed, "spec.annotations[nvidia.com/enable-debug-mode]"],
  ]);
});

Deno.test("a component whose name is not valid for its Service plans and prunes nothing", () => {
  for (const name of ["1-solo", "solo.v1", "s".repeat(64)]) {
    const component = soloComponent({}, { name });
    const { planned, prune, problems } = plan(component, [
      liveObject("Deployment", name, component),
    ]);
    assertEquals([planned, prune], [[], []]);
    assertEquals(problems.map(({ field }) => field), ["metadata.name"]);
  }
});

Deno.test("a component that was stored without a spec is invalid and does not affect others", () => {
  const { spec: _spec, ...rest } = soloComponent({});
  const bare = JSON.parse(JSON.stringify(rest)) as Component;
  assertEquals(plan(bare).problems.map(({ reason }) => reason), [REASONS.validationFailed]);
  const other = soloComponent({ modelRef: { name: "Qwen/Qwen3-0.6B" } }, { uid: "uid-other" });
  const observed = componentObserved({ components: [bare, other] });
  const { planned } = planComponent(other, observed, platformConfig());
  assertEquals(planned.length, 3);
});

Deno.test("a component that is being deleted plans nothing", () => {
  const component = soloComponent({}, { deletionTimestamp: "2026-01-01T00:00:00Z" });
  const live = [liveObject("Ingress", "solo", component)];
  assertEquals(plan(component, live), {
    planned: [],
    prune: [],
    problems: [],
    warnings: [],
  });
});

Deno.test("the copy of the MPI Secret is pruned after the rollout of a component that no longer needs it", () => {
  const metadata = { name: "mpi-run-ssh-secret", namespace: "ns", uid: "uid-copy" };
  const copy = { apiVersion: "v1", kind: "Secret", metadata };
  const pruned = (generation: number, available: "True" | "False") => {
    const condition = { type: "Available", status: available, observedGeneration: 1 };
    const component = soloComponent({}, { generation });
    component.status = { conditions: [{ ...condition, reason: "r", message: "" }] } as never;
    const mpi = { source: undefined, copies: [copy], newKey: undefined };
    const parentUid = component.metadata.uid;
    const observed = componentObserved({ parentUid, components: [component], mpi });
    return planComponent(component, observed, platformConfig()).prune;
  };
  assertEquals(pruned(1, "True"), [copy]);
  assertEquals(pruned(1, "False"), []);
  assertEquals(pruned(2, "True"), []);
});

function multinodePlan(live: KubeObject[] = [], replicas = 2): ComponentPlan {
  const component = soloComponent({ ...MULTINODE, replicas });
  const observed = { ...lwsObserved(live), graphName: "", components: [], modelServices: [] };
  return planComponent(component, { ...observed, served: new Set(["lws"]) }, platformConfig());
}

Deno.test("a component on several nodes becomes a LeaderWorkerSet for each replica, and a Service", () => {
  assertEquals(names(multinodePlan()), [
    "own LeaderWorkerSet solo-0",
    "own LeaderWorkerSet solo-1",
    "own Service solo",
  ]);
});

Deno.test("nothing is planned if a name that a replica or the Service needs is in use", () => {
  const { apiVersion } = leaderWorkerSets;
  const set = (name: string) => ({ apiVersion, kind: "LeaderWorkerSet", metadata: { name } });
  for (const [taken, field] of [["solo-1", "spec.replicas"], ["solo", "metadata.name"]] as const) {
    const { planned, prune, problems } = multinodePlan([set(taken)]);
    assertEquals([planned, prune], [[], []]);
    assertEquals(problems.map(({ reason, field }) => [reason, field]), [[NAME_CONFLICT, field]]);
  }
  const { problems } = plan(soloComponent({}), [set("solo")]);
  assertEquals(problems.map(({ field }) => field), ["metadata.name"]);
});
