// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import type { CliqueTemplate, PodCliqueSet } from "../../kube/optional_kinds.ts";
import { carriesPlan } from "../apply/plan_hash.ts";
import { driftFromPlan } from "../apply/drift.ts";
import { graph } from "../testing/graph_builder.ts";
import { plannedSet, planSet, readyClique, storedSet } from "../testing/grove_objects.ts";
import { platformConfig } from "../testing/platform_config.ts";

const RECREATE = "nvidia.com/recreate-podcliqueset";
const MULTINODE = { multinode: { nodeCount: 3 } };

function templateOf(
  object: ReturnType<typeof graph>,
  observed: Parameters<typeof planSet>[1] = {},
  config = platformConfig(),
) {
  const { podCliqueSet, problems } = planSet(object.build(), observed, config);
  assertEquals(problems, []);
  const spec = podCliqueSet?.manifest.spec;
  assert(spec);
  return spec.template;
}

function replicasOf(cliques: readonly CliqueTemplate[]) {
  return cliques.map(({ name, spec }) => `${name} ${spec.replicas} ${spec.minAvailable}`);
}

Deno.test("a graph becomes one PodCliqueSet with a clique for each service", () => {
  const object = graph().withWorker("Decode", { replicas: 3 }).withFrontend();
  const { metadata, spec } = plannedSet(planSet(object.build())).manifest;
  assertEquals([metadata.name, metadata.namespace, spec.replicas], ["chat", "team", 1]);
  const { cliques, podCliqueScalingGroups, ...template } = spec.template;
  assertEquals(template, {
    cliqueStartupType: "CliqueStartupTypeAnyOrder",
    headlessServiceConfig: { publishNotReadyAddresses: true },
    terminationDelay: "15m0s",
  });
  assertEquals(podCliqueScalingGroups, undefined);
  assertEquals(replicasOf(cliques), ["decode 3 1", "frontend 1 1"]);
  assertEquals(cliques.map(({ spec: { roleName } }) => roleName), ["decode", "frontend"]);
});

Deno.test("a multinode service becomes a scaling group of leader and workers", () => {
  const { cliques, podCliqueScalingGroups } = templateOf(
    graph().withWorker("Decode", { ...MULTINODE, replicas: 2 }),
  );
  assertEquals(replicasOf(cliques), ["decode-ldr 1 1", "decode-wkr 2 1"]);
  assertEquals(podCliqueScalingGroups, [
    { name: "decode", cliqueNames: ["decode-ldr", "decode-wkr"], replicas: 2, minAvailable: 1 },
  ]);
});

Deno.test("a template has at least one replica, because Grove refuses to create it with none", () => {
  const { cliques, podCliqueScalingGroups } = templateOf(
    graph().withFrontend("Frontend", { replicas: 0 })
      .withWorker("Decode", { ...MULTINODE, replicas: 0 }),
  );
  assertEquals(replicasOf(cliques), ["decode-ldr 1 1", "decode-wkr 2 1", "frontend 1 1"]);
  assertEquals(podCliqueScalingGroups?.map(({ replicas }) => replicas), [1]);
});

Deno.test("the leader of a TensorRT-LLM service starts after its workers", () => {
  const command = { mainContainer: { image: "i", command: ["python3", "-m", "dynamo.trtllm"] } };
  const { cliques, cliqueStartupType } = templateOf(
    graph().withWorker("Decode", { ...MULTINODE, extraPodSpec: command }),
  );
  assertEquals(cliqueStartupType, "CliqueStartupTypeExplicit");
  assertEquals(cliques.map(({ spec }) => spec.startsAfter), [["decode-wkr"], undefined]);
});

Deno.test("pods have the labels of the Go operator, and those of the user", () => {
  const object = graph().withAnnotation("nvidia.com/enable-metrics", "false")
    .withWorker("Decode", {
      subComponentType: "decode",
      modelRef: { name: "Qwen/Qwen3-0.6B" },
      labels: { team: "red", "in valid": "x" },
      annotations: { note: "a", "nvidia.com/dynamo-discovery-backend": "etcd" },
      extraPodMetadata: { labels: { team: "blue" }, annotations: { note: "b" } },
    });
  const [clique] = templateOf(object).cliques;
  assertEquals(clique?.labels, {
    "nvidia.com/selector": "chat-decode",
    "nvidia.com/dynamo-graph-deployment-name": "chat",
    "nvidia.com/dynamo-component": "Decode",
    "nvidia.com/dynamo-namespace": "team-chat",
    "nvidia.com/dynamo-component-type": "worker",
    "nvidia.com/dynamo-sub-component-type": "decode",
    "nvidia.com/dynamo-base-model-hash": "fb68f5a6",
    team: "blue",
  });
  assertEquals(clique?.annotations, {
    note: "b",
    "nvidia.com/dynamo-discovery-backend": "kubernetes",
  });
});

Deno.test("the deployment config is not applied on Grove, as in the Go operator", () => {
  const value = '{"Decode":{"ServiceArgs":{"workers":4}}}';
  const envs = [{ name: "DYN_DEPLOYMENT_CONFIG", value }];
  const [clique] = templateOf(graph().withWorker("Decode", { envs })).cliques;
  assertEquals(clique?.spec.replicas, 1);
  const env = clique?.spec.podSpec.containers[0]?.env ?? [];
  assertEquals(env.find(({ name }) => name === "DYN_DEPLOYMENT_CONFIG")?.value, value);
});

Deno.test("a stored PodCliqueSet keeps its order, its replicas and its immutable fields", () => {
  const before = graph().withWorker("Decode", { ...MULTINODE, replicas: 2 }).withFrontend();
  const stored = storedSet(before.build());
  const { template } = stored.spec;
  const reversed: PodCliqueSet = {
    ...stored,
    spec: {
      ...stored.spec,
      template: {
        ...template,
        cliques: template.cliques.toReversed().map((clique) => ({
          ...clique,
          spec: { ...clique.spec, minAvailable: 2 },
        })),
      },
    },
  };
  const after = graph().withWorker("Decode", { ...MULTINODE, replicas: 5 })
    .withFrontend("Frontend", { replicas: 4 });
  const { cliques, podCliqueScalingGroups } = templateOf(after, { podCliqueSet: reversed });
  assertEquals(replicasOf(cliques), ["frontend 1 2", "decode-wkr 2 2", "decode-ldr 1 2"]);
  assertEquals(podCliqueScalingGroups?.[0]?.replicas, 2);
});

Deno.test("a change of replicas is no new PodCliqueSet", () => {
  const stored = storedSet(graph().withFrontend().build());
  const plan = planSet(graph().withFrontend("Frontend", { replicas: 4 }).build(), {
    podCliqueSet: stored,
  });
  assertEquals(carriesPlan(stored, plannedSet(plan)), true);
});

Deno.test("the defaults that Grove stores are no drift", () => {
  const container = {
    name: "sidecar",
    image: "i",
    ports: [{ containerPort: 80 }],
    resources: { requests: { cpu: "0.5", memory: "8192Mi" } },
  };
  const object = graph().withFrontend("Frontend", { extraPodSpec: { containers: [container] } });
  const planned = plannedSet(planSet(object.build()));
  const stored = storedSet(object.build());
  const [clique] = stored.spec.template.cliques;
  const [sidecar, main] = clique?.spec.podSpec.containers ?? [];
  Object.assign(sidecar ?? {}, {
    ports: [{ containerPort: 80, protocol: "TCP" }],
    resources: { requests: { cpu: "500m", memory: "8Gi" } },
  });
  Object.assign(main ?? {}, { resources: {} });
  assertEquals(driftFromPlan(planned, stored), []);
  clique?.spec.podSpec.containers.push({ name: "injected" });
  assertEquals(driftFromPlan(planned, stored).length, 1);
});

Deno.test("a new template waits while the PodCliqueSet must not be written", () => {
  const stored = storedSet(graph().withFrontend().build());
  const observed = { podCliqueSet: stored, templateWaitMs: 700 };
  assertEquals(planSet(graph().withFrontend().build(), observed).waitMs, 0);
  const extraPodSpec = { mainContainer: { image: "image:2" } };
  const changed = graph().withFrontend("Frontend", { extraPodSpec }).build();
  assertEquals(planSet(changed, observed).waitMs, 700);
});

Deno.test("the annotation with the generation replaces the PodCliqueSet once", () => {
  const ordered = (generation: number, order: string) =>
    graph().withFrontend().withWorker("Extra").withMetadata({ generation })
      .withAnnotation(RECREATE, order).build();
  const stored = storedSet(graph().withFrontend().build());
  const other = planSet(ordered(3, "2"), { podCliqueSet: stored });
  assertEquals([other.obsolete, other.problems.length], [undefined, 1]);
  const plan = planSet(ordered(3, "3"), { podCliqueSet: stored });
  assertEquals([plan.obsolete, plan.problems], [stored, []]);
  const replaced = storedSet(ordered(3, "3"), plan);
  assertEquals(replaced.metadata.annotations?.[RECREATE], "3");
  const again = planSet(ordered(3, "3"), { podCliqueSet: replaced });
  assertEquals([again.obsolete, again.problems], [undefined, []]);
  const next = planSet(ordered(4, "3"), { podCliqueSet: replaced });
  assertEquals(carriesPlan(replaced, plannedSet(next)), true);
});

Deno.test("a PodCliqueSet is not replaced by one that Grove would refuse", () => {
  const stored = storedSet(graph().withFrontend().build());
  const object = graph().withFrontend("Frontend", { extraPodSpec: { nodeName: "n" } })
    .withAnnotation(RECREATE, "1").build();
  const { obsolete, podCliqueSet, problems } = planSet(object, { podCliqueSet: stored });
  assertEquals([obsolete, podCliqueSet], [undefined, undefined]);
  assertEquals(problems.map(({ reason }) => reason), ["PodFieldRefused"]);
});

Deno.test("Grove's own delay applies if the flag is 0", () => {
  const config = platformConfig({ groveTerminationDelay: "" });
  assertEquals(templateOf(graph().withFrontend(), {}, config).terminationDelay, undefined);
});

const KAI = { served: true, hasQueue: (name: string) => name === "dynamo" };

Deno.test("the KAI scheduler runs the pods of new graphs in their queue", () => {
  const own = { extraPodSpec: { schedulerName: "kai-scheduler" } };
  const { cliques } = templateOf(graph().withFrontend().withWorker("Decode", own), { kai: KAI });
  for (const { labels, spec: { podSpec } } of cliques) {
    assertEquals([podSpec.schedulerName, labels?.["kai.scheduler/queue"]], [
      "kai-scheduler",
      "dynamo",
    ]);
  }
});

Deno.test("a queue that does not exist is a problem with the annotation", () => {
  const object = graph().withFrontend().withAnnotation("nvidia.com/kai-scheduler-queue", " q ");
  const { problems, podCliqueSet } = planSet(object.build(), { kai: KAI });
  assertEquals(problems.map(({ reason, field }) => [reason, field]), [
    ["QueueMissing", "metadata.annotations[nvidia.com/kai-scheduler-queue]"],
  ]);
  assertEquals(podCliqueSet, undefined);
  // An operator that cannot read queues does not check whether the graph's queue exists.
  assertEquals(planSet(object.build(), { kai: { served: true } }).problems, []);
});

Deno.test("a scheduler that is installed or removed later does not change a graph", () => {
  const object = graph().withFrontend().build();
  const without = storedSet(object);
  const later = planSet(object, { podCliqueSet: without, kai: KAI });
  assertEquals(carriesPlan(without, plannedSet(later)), true);
  const queued = storedSet(object, planSet(object, { kai: KAI }));
  const removed = planSet(object, {
    podCliqueSet: queued,
    kai: { served: false, hasQueue: () => false },
  });
  assertEquals(removed.problems, []);
  assertEquals(carriesPlan(queued, plannedSet(removed)), true);
});

function pullSecret(name: string) {
  const metadata = { name, namespace: "team" };
  return { apiVersion: "v1", kind: "Secret", metadata, registryHosts: ["nvcr.io"] };
}

function secretsOf({ podCliqueSet }: ReturnType<typeof planSet>) {
  const [clique] = podCliqueSet?.manifest.spec.template.cliques ?? [];
  return (clique?.spec.podSpec.imagePullSecrets ?? []).map(({ name }) => name);
}

Deno.test("pull Secrets change only with the spec, or while no pod is ready", () => {
  const withImage = (tag: string) =>
    graph().withFrontend("Frontend", {
      extraPodSpec: { mainContainer: { image: `nvcr.io/nvidia/frontend:${tag}` } },
    }).build();
  const first = planSet(withImage("1"), { pullSecrets: [pullSecret("a")] });
  assertEquals(secretsOf(first), ["a"]);
  const stored = storedSet(withImage("1"), first);
  const ready = [readyClique(stored, "chat-0-frontend")];
  const pullSecrets = [pullSecret("b"), pullSecret("c")];
  const observed = { podCliqueSet: stored, pullSecrets };
  assertEquals(secretsOf(planSet(withImage("1"), { ...observed, cliques: ready })), ["a"]);
  assertEquals(secretsOf(planSet(withImage("1"), observed)), ["b", "c"]);
  assertEquals(secretsOf(planSet(withImage("1"), { ...observed, pullSecrets: [] })), ["a"]);
  assertEquals(secretsOf(planSet(withImage("2"), { ...observed, cliques: ready })), ["b", "c"]);
});

Deno.test("a PodCliqueSet of the Go operator keeps its pull Secrets while its templates stay the same", () => {
  const object = graph().withFrontend("Frontend", {
    extraPodSpec: { mainContainer: { image: "nvcr.io/nvidia/frontend:1" } },
  }).build();
  const stored = storedSet(object, planSet(object, { pullSecrets: [pullSecret("a")] }));
  const { annotations: _record, ...metadata } = stored.metadata;
  const observed = { podCliqueSet: { ...stored, metadata }, pullSecrets: [pullSecret("b")] };
  const cliques = [readyClique(stored, "chat-0-frontend")];
  assertEquals(secretsOf(planSet(object, { ...observed, cliques })), ["a"]);
});
