// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { Ingress, Service } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import { observedFrom } from "../apply/observed.ts";
import { withController } from "../apply/ownership.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import type { GroveObserved } from "../grove/observed.ts";
import { graph } from "../testing/graph_builder.ts";
import { groveObserved, readyClique, storedSet } from "../testing/grove_objects.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { planGraph } from "./plan.ts";

const DISCOVERY = [
  "ServiceAccount/chat-k8s-service-discovery",
  "Role/chat-k8s-service-discovery-role",
  "RoleBinding/chat-k8s-service-discovery-binding",
];
const ETCD = { "nvidia.com/dynamo-discovery-backend": "etcd" };
const MODEL = "dynamo-model-fb68f5a6";

function planOnGrove(
  object: DynamoGraphDeployment,
  { live = [], config = platformConfig(), ...grove }: Partial<GroveObserved> & {
    live?: KubeObject[];
    config?: PlatformConfig;
  } = {},
) {
  return planGraph(object, {
    ...observedFrom(live, object.metadata.uid),
    served: new Set(["grove"]),
    podCliqueSets: grove.podCliqueSet ? [grove.podCliqueSet] : [],
    grove: groveObserved(grove),
    mpi: { source: undefined, copies: [], newKey: undefined },
  }, config);
}

function names(objects: { manifest: KubeObject }[]): string[] {
  return objects.map(({ manifest }) => `${manifest.kind}/${manifest.metadata.name}`);
}

Deno.test("a graph on Grove plans a PodCliqueSet and a Service for each service, no component", () => {
  const plan = planOnGrove(graph().withFrontend().withWorker("Decode").build());
  assertEquals([plan.problems, plan.orchestrator, plan.components.size], [[], "grove", 0]);
  assertEquals(names(plan.planned), [
    ...DISCOVERY,
    "PodCliqueSet/chat",
    "Service/chat-decode",
    "Service/chat-frontend",
  ]);
});

Deno.test("Services select the pods of their service, and are discovered as in the Go operator", () => {
  const labels = { team: "red" };
  const { planned } = planOnGrove(graph().withFrontend("Frontend", { labels }).build());
  const service = planned.find(({ manifest }) => manifest.kind === "Service")?.manifest as Service;
  assertEquals(service.spec?.selector, {
    "nvidia.com/dynamo-component-type": "frontend",
    "nvidia.com/dynamo-namespace": "team-chat",
    "nvidia.com/dynamo-component": "Frontend",
  });
  assertEquals(service.metadata.labels?.["nvidia.com/dynamo-discovery-enabled"], "true");
  assertEquals(service.metadata.labels?.["team"], "red");
});

Deno.test("a Service on Grove selects all pods of a multinode service, whatever labels the user adds", () => {
  const labels = { role: "decode" };
  for (const fields of [{}, { labels }, { extraPodMetadata: { labels } }]) {
    const object = graph().withWorker("Decode", { multinode: { nodeCount: 2 }, ...fields });
    const { planned } = planOnGrove(object.build());
    const service = planned.find(({ manifest }) => manifest.kind === "Service")?.manifest;
    assertEquals((service as Service).spec?.selector, {
      "nvidia.com/dynamo-component-type": "worker",
      "nvidia.com/dynamo-namespace": "team-chat",
      "nvidia.com/dynamo-component": "Decode",
    });
  }
});

Deno.test("with etcd, only a frontend gets a Service", () => {
  const object = graph().withFrontend().withWorker("Decode").withMetadata({ annotations: ETCD });
  const { planned } = planOnGrove(object.build());
  assertEquals(names(planned), ["PodCliqueSet/chat", "Service/chat-frontend"]);
  const labels = planned[1]?.manifest.metadata.labels ?? {};
  assertEquals(labels["nvidia.com/dynamo-discovery-enabled"], undefined);
});

Deno.test("a frontend gets the default Ingress, another service a warning about its own", () => {
  const ingress = { enabled: true, host: "decode", ingressControllerClassName: "nginx" };
  const object = graph().withFrontend().withWorker("Decode", { ingress }).build();
  const config = platformConfig({
    ingress: { className: "nginx", tlsSecretName: "", hostSuffix: "" },
  });
  const { planned, warnings } = planOnGrove(object, { config });
  const ingresses = planned.filter(({ manifest }) => manifest.kind === "Ingress");
  assertEquals(names(ingresses), ["Ingress/chat-frontend"]);
  assertEquals((ingresses[0]?.manifest as Ingress).spec?.rules?.[0]?.host, "chat.local");
  assertEquals(warnings.map(({ field }) => field), ["spec.services[Decode].ingress"]);
});

Deno.test("the Services of models are shared, and released when no service needs them", () => {
  const modelRef = { name: "Qwen/Qwen3-0.6B" };
  const object = graph().withWorker("Decode", { modelRef }).withWorker("Prefill", { modelRef });
  const { planned } = planOnGrove(object.build());
  const [service, ...others] = planned.filter(({ policy }) => policy === "shared");
  assertEquals([service?.manifest.metadata.name, others], [MODEL, []]);
  assertEquals(service?.coOwners?.map(({ metadata }) => metadata.name), ["chat"]);
  assert(service);
  const { manifest } = service;
  const former = { ...manifest, metadata: { ...manifest.metadata, uid: "u" } };
  const { prune } = planOnGrove(graph().withWorker("Decode").build(), {
    modelServices: [former as Service],
  });
  assertEquals(prune.map(({ metadata }) => metadata.name), [MODEL]);
});

Deno.test("a problem of the PodCliqueSet stops neither Services nor the other children, but pruning", () => {
  const stored = storedSet(graph().withFrontend().build());
  const old = { apiVersion: "v1", kind: "Service", metadata: { name: "chat-old" } };
  const object = graph().withFrontend().withWorker("Extra").build();
  const { planned, prune, problems, grove } = planOnGrove(object, {
    podCliqueSet: stored,
    live: [withController(old, object), stored],
  });
  assertEquals(problems.map(({ field }) => field), ["spec.services[Extra]"]);
  assertEquals(names(planned), [...DISCOVERY, "Service/chat-extra", "Service/chat-frontend"]);
  assertEquals([prune, grove?.services.length], [[], 2]);
});

Deno.test("Services that are not planned are pruned, the PodCliqueSet only on order", () => {
  const stored = storedSet(graph().withFrontend().build());
  const old = { apiVersion: "v1", kind: "Service", metadata: { name: "chat-old" } };
  const object = graph().withFrontend();
  const live = [withController(old, object.build()), withController(stored, object.build())];
  const pruned = (object: DynamoGraphDeployment) => {
    const { planned, prune } = planOnGrove(object, { podCliqueSet: stored, live });
    return {
      isPlanned: names(planned).includes("PodCliqueSet/chat"),
      prune: prune.map(({ kind, metadata }) => `${kind}/${metadata.name}`).sort(),
    };
  };
  assertEquals(pruned(object.build()), { isPlanned: true, prune: ["Service/chat-old"] });
  const ordered = object.withAnnotation("nvidia.com/recreate-podcliqueset", "1").build();
  assertEquals(pruned(ordered), {
    isPlanned: false,
    prune: ["PodCliqueSet/chat", "Service/chat-old"],
  });
});

Deno.test("a PodCliqueSet that must wait is neither written nor pruned", () => {
  const stored = storedSet(graph().withFrontend().build());
  const changed = graph().withFrontend("Frontend", {
    extraPodSpec: { mainContainer: { image: "image:2" } },
  }).build();
  const live = [withController(stored, changed)];
  const { planned, prune } = planOnGrove(changed, {
    podCliqueSet: stored,
    live,
    templateWaitMs: 900,
  });
  assertEquals([names(planned).includes("PodCliqueSet/chat"), prune], [false, []]);
});

Deno.test("an invalid service on Grove is named with its field, and nothing is planned", () => {
  const object = graph().withWorker("Decode", { resources: { limits: { gpu: "two" } } }).build();
  const { planned, problems } = planOnGrove(object);
  assertEquals([planned, problems.map(({ field }) => field)], [[], [
    "spec.services[Decode].resources.limits.gpu",
  ]]);
});

Deno.test("a multinode TensorRT-LLM service on Grove gets the Secret with the SSH key", () => {
  const command = { mainContainer: { image: "i", command: ["python3", "-m", "dynamo.trtllm"] } };
  const object = graph().withWorker("Decode", {
    multinode: { nodeCount: 2 },
    extraPodSpec: command,
  }).build();
  const newKey = { privateKey: "private", publicKey: "public" };
  const { planned } = planGraph(object, {
    ...observedFrom([]),
    served: new Set(["grove"]),
    podCliqueSets: [],
    grove: groveObserved(),
    mpi: { source: undefined, copies: [], newKey },
  }, platformConfig());
  const copy = planned.find(({ manifest, policy }) =>
    manifest.kind === "Secret" && policy === "shared"
  );
  assertEquals(copy?.manifest.metadata.namespace, "team");
});

Deno.test("obsolete permissions wait until Grove runs the newest template", () => {
  const object = graph().withFrontend().withMetadata({ annotations: ETCD }).build();
  const stored = storedSet(object);
  const cliques = [readyClique(stored, "chat-0-frontend")];
  assertEquals(planOnGrove(object, { podCliqueSet: stored, cliques }).rolledOut, true);
  assertEquals(planOnGrove(object, { podCliqueSet: stored }).rolledOut, false);
});

Deno.test("a planner keeps the ServiceAccount of the user on Grove", () => {
  const object = graph().withService("Planner", {
    componentType: "planner",
    extraPodSpec: { serviceAccountName: "mine", mainContainer: { image: "image:1" } },
  }).build();
  const { grove, warnings } = planOnGrove(object, {
    config: platformConfig({ plannerRbacProvided: true }),
  });
  const [clique] = grove?.podCliqueSet?.manifest.spec.template.cliques ?? [];
  assertEquals([clique?.spec.podSpec.serviceAccountName, warnings], ["mine", []]);
  assertStringIncludes(JSON.stringify(clique), "PLANNER_PROMETHEUS_PORT");
});
