// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { RoleBinding } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import { completed } from "../apply/decide.ts";
import { withController } from "../apply/ownership.ts";
import { REASONS } from "../dynamo/conditions.ts";
import { scalingAdapters } from "../dynamo/resources.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { graph } from "../testing/graph_builder.ts";
import { graphObserved } from "../testing/observed.ts";
import { DISCOVERY, names } from "../testing/planned_names.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { adapterOf } from "../testing/scaling_adapter.ts";
import { planGraph } from "./plan.ts";

const PLANNER_ROLE: KubeObject = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: { name: "dynamo-planner" },
};

function plan(
  object: DynamoGraphDeployment,
  live: KubeObject[] = [],
  config: PlatformConfig = platformConfig(),
) {
  return planGraph(object, graphObserved({ live, parentUid: object.metadata.uid }), config);
}

Deno.test("a graph plans its discovery objects and a component for each service", () => {
  const { planned, problems } = plan(graph().withWorker("Decode").withFrontend().build());
  assertEquals(problems, []);
  assertEquals(names(planned), [
    ...DISCOVERY,
    "DynamoComponentDeployment/chat-decode",
    "DynamoComponentDeployment/chat-frontend",
  ]);
});

Deno.test("the discovery backend etcd needs no discovery objects, by annotation or by flag", () => {
  const byAnnotation = graph().withFrontend()
    .withAnnotation("nvidia.com/dynamo-discovery-backend", "etcd").build();
  assertEquals(names(plan(byAnnotation).planned), ["DynamoComponentDeployment/chat-frontend"]);
  const byFlag = plan(
    graph().withFrontend().build(),
    [],
    platformConfig({ discoveryBackend: "etcd" }),
  );
  assertEquals(names(byFlag.planned), ["DynamoComponentDeployment/chat-frontend"]);
});

Deno.test("a service whose annotation selects Kubernetes discovery gets the discovery objects", () => {
  const annotations = { "nvidia.com/dynamo-discovery-backend": "kubernetes" };
  const { planned } = plan(
    graph().withFrontend("Frontend", { annotations }).build(),
    [],
    platformConfig({ discoveryBackend: "etcd" }),
  );
  assertEquals(names(planned), [...DISCOVERY, "DynamoComponentDeployment/chat-frontend"]);
});

Deno.test("a component carries the labels and the framework of its graph, and a computed namespace", () => {
  const object = graph().withSpec({ backendFramework: "vllm" })
    .withWorker("Decode", { dynamoNamespace: "mine", serviceName: "x" })
    .build();
  const component = plan(object).components.get("Decode");
  const labels = {
    "nvidia.com/dynamo-component": "Decode",
    "nvidia.com/dynamo-namespace": "team-chat",
    "nvidia.com/dynamo-graph-deployment-name": "chat",
  };
  assertEquals(component?.metadata.labels, labels);
  assertEquals(component?.spec.labels, labels);
  assertEquals(component?.spec.serviceName, "Decode");
  assertEquals(component?.spec.dynamoNamespace, "team-chat");
  assertEquals(component?.spec.backendFramework, "vllm");
});

Deno.test("a component carries the labels and annotations of its service, without those that the operator sets", () => {
  const object = graph()
    .withWorker("Decode", {
      labels: { team: "red", "nvidia.com/dynamo-component": "mine" },
      annotations: { note: "x", "nvidia.com/paused": "true" },
    }).build();
  const component = plan(object).components.get("Decode");
  const labels = {
    team: "red",
    "nvidia.com/dynamo-component": "Decode",
    "nvidia.com/dynamo-namespace": "team-chat",
    "nvidia.com/dynamo-graph-deployment-name": "chat",
  };
  assertEquals(component?.metadata.labels, labels);
  assertEquals(component?.spec.labels, labels);
  assertEquals(component?.metadata.annotations, { note: "x" });
});

Deno.test("a label value over 63 characters is shortened, the Dynamo namespace is not", () => {
  const namespace = "a-namespace-with-quite-a-long-name-0123456789";
  const object = graph("a-graph-with-quite-a-long-name", namespace).withFrontend("F").build();
  const component = plan(object).components.get("F");
  const full = `${namespace}-a-graph-with-quite-a-long-name`;
  assertEquals(component?.spec.dynamoNamespace, full);
  const label = component?.metadata.labels?.["nvidia.com/dynamo-namespace"] ?? "";
  assertEquals(label.length <= 63, true);
  assertStringIncludes(full, label.slice(0, 50));
});

Deno.test("multinode without a number spans several nodes, also before the API server sets the default", () => {
  const { problems } = plan(graph().withWorker("Big", { multinode: {} }).build());
  assertEquals(problems.map(({ reason }) => reason), [REASONS.multinodeUnavailable]);
});

Deno.test("a planner gets its ServiceAccount and RoleBinding if the ClusterRole exists, or else a problem", () => {
  const object = graph().withPlanner().build();
  const config = platformConfig({ plannerClusterRoleName: "dynamo-planner" });
  assertEquals(names(plan(object, [PLANNER_ROLE], config).planned).slice(3, 5), [
    "ServiceAccount/planner-serviceaccount",
    "RoleBinding/planner-serviceaccount-binding",
  ]);
  assertStringIncludes(plan(object, [], config).problems[0]?.message ?? "", "does not exist");
  assertStringIncludes(plan(object).problems[0]?.message ?? "", "--planner-cluster-role-name");
});

Deno.test("a planner's RoleBinding is planned unless another client created it", () => {
  const object = graph().withPlanner().build();
  const config = platformConfig({ plannerClusterRoleName: "dynamo-planner" });
  const binding = (roleName: string, labels: Record<string, string> = {}): RoleBinding => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: "planner-serviceaccount-binding", labels },
    subjects: [{ kind: "ServiceAccount", name: "planner-serviceaccount", namespace: "team" }],
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: roleName },
  });
  const planned = (live: RoleBinding) => {
    const { planned, problems, plannerConflict } = plan(object, [PLANNER_ROLE, live], config);
    assertEquals(problems, []);
    return {
      isPlanned: names(planned).includes("RoleBinding/planner-serviceaccount-binding"),
      plannerConflict,
    };
  };
  const managed = { "app.kubernetes.io/managed-by": "dynamo-operator" };
  assertEquals(planned(binding("other", managed)), { isPlanned: true, plannerConflict: undefined });
  assertEquals(planned(binding("dynamo-planner")), {
    isPlanned: false,
    plannerConflict: undefined,
  });
  const { isPlanned, plannerConflict } = planned(binding("narrow"));
  assertEquals(isPlanned, false);
  assertStringIncludes(plannerConflict ?? "", "team/planner-serviceaccount-binding");
});

Deno.test("nothing is planned for planners if the installation creates their permissions", () => {
  const object = graph().withPlanner().build();
  const planned = plan(object, [], platformConfig({ plannerRbacProvided: true }));
  assertEquals(planned.problems, []);
  assertEquals(names(planned.planned).filter((name) => name.includes("planner-service")), []);
});

Deno.test("Services, Ingresses and VirtualServices of a graph on Grove are pruned, the Service of a model is not", () => {
  const object = graph().withFrontend().build();
  const owned = (kind: string, name: string): KubeObject =>
    withController({ apiVersion: "v1", kind, metadata: { name } }, object);
  const { prune } = plan(object, [
    owned("Service", "chat-frontend"),
    owned("Ingress", "chat-frontend"),
    owned("VirtualService", "chat-frontend"),
    owned("Service", "dynamo-model-0a1b2c3d"),
  ]);
  assertEquals(prune.map(({ kind }) => kind), ["Service", "Ingress", "VirtualService"]);
});

Deno.test("discovery objects that are not planned any more wait for the rollout of every component", () => {
  const before = graph().withFrontend().withWorker("Decode").build();
  const stored = plan(before).planned.map((planned) =>
    completed({ parent: before, planned, live: undefined })
  );
  const object = graph().withFrontend().withWorker("Decode")
    .withAnnotation("nvidia.com/dynamo-discovery-backend", "etcd").build();
  const rbac = stored.filter(({ kind }) => kind !== "DynamoComponentDeployment");
  const components = plan(object).planned.map((planned) => {
    const live = completed({ parent: object, planned, live: undefined });
    const conditions = [{ type: "Available", status: "True" }];
    const status = { observedGeneration: 2, conditions };
    return { ...live, metadata: { ...live.metadata, generation: 2 }, status };
  });

  const obsolete = [
    "ServiceAccount/chat-k8s-service-discovery",
    "Role/chat-k8s-service-discovery-role",
    "RoleBinding/chat-k8s-service-discovery-binding",
  ];
  const switched = (live: KubeObject[]) => {
    const { prune, obsoleteRbac, rolledOut } = plan(object, live);
    const names = obsoleteRbac.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    assertEquals([prune, names], [[], obsolete]);
    return rolledOut;
  };
  assertEquals(switched(stored), false);
  assertEquals(switched([...rbac, ...components]), true);
  const [first, second] = components;
  if (!first || !second) throw new Error("two components");
  const rolling = { ...first, metadata: { ...first.metadata, generation: 3 } };
  const unavailable = { ...first, status: { ...first.status, conditions: [] } };
  for (const other of [rolling, unavailable]) {
    assertEquals(switched([...rbac, second, other]), false);
  }
});

for (
  const [why, object, field] of [
    ["no service", graph().build(), "spec.services"],
    [
      "keys that differ only in case",
      graph().withFrontend("A").withWorker("a").build(),
      "spec.services[a]",
    ],
    [
      "a name too long",
      graph("g".repeat(60)).withFrontend("Front").build(),
      "spec.services[Front]",
    ],
    ["a dotted graph name", graph("a.b").withFrontend("F").build(), "spec.services[F]"],
    [
      "a name that no PVC can have",
      graph().withFrontend().withSpec({ pvcs: [{ name: "My_Models" }] }).build(),
      "spec.pvcs[0].name",
    ],
    [
      "a mount of a name that no PVC can have",
      graph().withWorker("W", { volumeMounts: [{ name: "My_Models", mountPoint: "/m" }] }).build(),
      "spec.services[W].volumeMounts[0].name",
    ],
    [
      "a name that no ServiceAccount can have",
      graph().withWorker("W", { extraPodSpec: { serviceAccountName: "My SA" } }).build(),
      "spec.services[W].extraPodSpec.serviceAccountName",
    ],
    [
      "a type that is not a label value",
      graph().withWorker("W", { subComponentType: "pre fill" }).build(),
      "spec.services[W].subComponentType",
    ],
    [
      "a label value of 64 characters",
      graph().withWorker("W", { extraPodMetadata: { labels: { team: "x".repeat(64) } } }).build(),
      "spec.services[W].extraPodMetadata.labels[team]",
    ],
    [
      "a framework that contradicts the command",
      graph().withSpec({ backendFramework: "sglang" }).withWorker("W").build(),
      "spec.services[W].",
    ],
    [
      "a resource that is not a quantity",
      graph().withWorker("W", { resources: { limits: { gpu: "two" } } }).build(),
      "spec.services[W].resources.limits.gpu",
    ],
    [
      "shared memory without a size",
      graph().withWorker("W", { sharedMemory: {} }).build(),
      "spec.services[W].sharedMemory.size",
    ],
  ] as const
) {
  Deno.test(`a graph with ${why} plans nothing and names the field`, () => {
    const { planned, prune, problems } = plan(object);
    assertEquals([planned, prune], [[], []]);
    assertStringIncludes(problems[0]?.field ?? "", field);
  });
}

Deno.test("a broken variable is reported at its place, the graph's own only once", () => {
  const envs = [{ name: "A", value: "1" }, { name: "DYN_DEPLOYMENT_CONFIG", value: "{" }];
  const ofGraph = plan(graph().withSpec({ envs }).withFrontend().withWorker("Decode").build());
  assertEquals(ofGraph.problems.map(({ field }) => field), [
    "spec.envs[DYN_DEPLOYMENT_CONFIG].value",
  ]);
  const ofService = plan(graph().withFrontend().withWorker("Decode", { envs }).build());
  assertEquals(ofService.problems.map(({ field }) => field), [
    "spec.services[Decode].envs[DYN_DEPLOYMENT_CONFIG].value",
  ]);
});

Deno.test("warnings name the field of the service and prevent no child", () => {
  const object = graph()
    .withFrontend("Frontend", { envs: [{ name: "DYN_HTTP_PORT", value: "9000" }] })
    .withService("Planner", {
      componentType: "planner",
      extraPodSpec: { serviceAccountName: "mine", mainContainer: { image: "image:1" } },
    }).build();
  const config = platformConfig({ plannerClusterRoleName: "dynamo-planner" });
  const { planned, problems, warnings } = plan(object, [PLANNER_ROLE], config);
  assertEquals(problems, []);
  assertEquals(planned.length > 0, true);
  assertEquals(warnings.map(({ field }) => field), [
    "spec.services[Frontend].extraPodSpec.mainContainer.ports",
    "spec.services[Planner].extraPodSpec.serviceAccountName",
  ]);
});

Deno.test("an invalid label of a service is left out with a warning, as the Go operator ignores it", () => {
  const labels = { team: "two words", tier: "1" };
  const { components, problems, warnings } = plan(graph().withFrontend("F", { labels }).build());
  assertEquals(problems, []);
  assertEquals(warnings.map(({ field }) => field), ["spec.services[F].labels[team]"]);
  const { spec, metadata } = components.get("F") ?? {};
  for (const found of [spec?.labels, metadata?.labels]) {
    assertEquals([found?.["team"], found?.["tier"]], [undefined, "1"]);
  }
});

Deno.test("a service in a debug mode of the Go operator is refused with its path", () => {
  const annotations = { "nvidia.com/enable-stealing-traffic-debug-mode": "true" };
  const { planned, problems } = plan(graph().withFrontend("F", { annotations }).build());
  assertEquals(planned, []);
  assertEquals(problems.map(({ reason, field }) => [reason, field]), [
    [
      REASONS.validationFailed,
      "spec.services[F].annotations[nvidia.com/enable-stealing-traffic-debug-mode]",
    ],
  ]);
});

Deno.test("a graph with a multinode service gets only its discovery objects and PVCs", () => {
  const object = graph().withFrontend().withWorker("Big", { multinode: { nodeCount: 2 } })
    .withPlanner()
    .withSpec({
      pvcs: [{
        name: "cache",
        create: true,
        size: "1Gi",
        storageClass: "std",
        volumeAccessMode: "ReadWriteMany",
      }],
    }).build();
  const { planned, problems } = plan(object);
  assertEquals(problems.map(({ message }) => message), ["no multinode orchestrator available"]);
  assertEquals(names(planned), ["PersistentVolumeClaim/cache", ...DISCOVERY]);
});

Deno.test("an unplanned component is pruned, an unplanned PVC is not", () => {
  const object = graph().withFrontend().build();
  const owned = (kind: string, name: string): KubeObject =>
    withController({ apiVersion: "v1", kind, metadata: { name } }, object);
  const { prune } = plan(object, [
    owned("DynamoComponentDeployment", "chat-gone"),
    owned("PersistentVolumeClaim", "data"),
    owned("DynamoComponentDeployment", "chat-frontend"),
    owned("ServiceAccount", "chat-k8s-service-discovery"),
  ]);
  assertEquals(prune.map(({ metadata }) => metadata.name), ["chat-gone"]);
});

Deno.test("the adapter of a service determines the replicas of its component, also those of DYN_DEPLOYMENT_CONFIG", () => {
  const value = JSON.stringify({ W: { ServiceArgs: { workers: 3 } } });
  const object = graph().withWorker("W", {
    scalingAdapter: { enabled: true },
    envs: [{ name: "DYN_DEPLOYMENT_CONFIG", value }],
  }).build();
  const replicasWith = (...live: KubeObject[]) => {
    const { planned, components } = plan(object, live);
    const adapter = planned.find(({ resource }) => resource.kind === scalingAdapters.kind);
    return [components.get("W")?.spec.replicas, adapter?.initially];
  };
  // A new adapter gets the current replicas of the service.
  assertEquals(replicasWith(), [3, { spec: { replicas: 3 } }]);
  for (const replicas of [0, 1, 7]) {
    assertEquals(replicasWith(adapterOf(object, "W", replicas))[0], replicas);
  }
});
