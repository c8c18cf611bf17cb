// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { ApiError } from "../../kube/errors.ts";
import type { PodCliqueSet } from "../../kube/optional_kinds.ts";
import { completed } from "../apply/decide.ts";
import type { Execution } from "../apply/execution.ts";
import { observedFrom } from "../apply/observed.ts";
import type { GroveObserved } from "../grove/observed.ts";
import { graph } from "../testing/graph_builder.ts";
import { groveObserved, readyClique, readyGroup, storedSet } from "../testing/grove_objects.ts";
import { kstatus } from "../testing/kstatus.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { deletingStatus, firstStatusWaitMs, type GroveFindings } from "./grove_status.ts";
import type { GraphObserved } from "./observed.ts";
import { planGraph } from "./plan.ts";
import { graphStatus } from "./status.ts";

const NOW = "2026-01-01T00:10:00Z";
const object = graph().withFrontend("Frontend", { replicas: 2 })
  .withWorker("Decode", { multinode: { nodeCount: 2 } }).build();
const set = storedSet(object);
const group = readyGroup(set, "chat-0-decode");
const READY: Partial<GroveObserved> = {
  podCliqueSet: set,
  scalingGroups: [group],
  cliques: [
    readyClique(set, "chat-0-frontend", 2),
    readyClique(group, "chat-0-decode-0-decode-ldr"),
    readyClique(group, "chat-0-decode-0-decode-wkr"),
  ],
};

interface Situation {
  graph?: DynamoGraphDeployment;
  grove?: Partial<GroveObserved>;
  execution?: Partial<Execution>;
  findings?: GroveFindings;
}

/** Returns the reconciliation of a graph on Grove. All its children except the PodCliqueSet exist as planned. */
function reconciled({ graph = object, grove = READY, execution = {} }: Situation) {
  const podCliqueSets = grove.podCliqueSet ? [grove.podCliqueSet] : [];
  const at = (live: Parameters<typeof observedFrom>[0]): GraphObserved => ({
    ...observedFrom(live, graph.metadata.uid),
    served: new Set(["grove"]),
    podCliqueSets,
    grove: groveObserved(grove),
  });
  const children = planGraph(graph, at([]), platformConfig()).planned
    .filter(({ manifest }) => manifest.kind !== "PodCliqueSet")
    .map((planned) => completed({ parent: graph, planned, live: undefined }));
  const observed = at([...children, ...podCliqueSets]);
  return {
    object: graph,
    plan: planGraph(graph, observed, platformConfig()),
    observed,
    execution: { writes: [], errors: [], blocked: [], conflicts: [], ...execution },
    paused: false,
  };
}

function status(situation: Situation = {}) {
  const result = graphStatus(reconciled(situation), NOW, [], situation.findings);
  const texts = Object.fromEntries(
    (result.conditions ?? []).map((
      { type, status, reason, message },
    ) => [type, `${status} ${reason}: ${message}`]),
  );
  return { ...result, texts };
}

function errorOf(status: number, message: string): Execution["errors"][number] {
  const request = { verb: "apply", method: "PATCH", path: "/x" };
  const ref = {
    apiVersion: "grove.io/v1alpha1",
    kind: "PodCliqueSet",
    namespace: "team",
    name: "chat",
  };
  return { ref, error: new ApiError({ status, reason: "", message, request }) };
}

Deno.test("a graph is successful when Grove runs it, and reports the replicas of Grove", () => {
  const { state, orchestrator, services, texts } = status();
  assertEquals([state, orchestrator], ["successful", "grove"]);
  assertEquals(texts["Ready"], "True all_resources_are_ready: All resources are ready");
  assertEquals(texts["PodCliqueSetApplied"], undefined);
  assertEquals(services, {
    Decode: {
      componentKind: "PodCliqueScalingGroup",
      componentName: "chat-0-decode",
      replicas: 1,
      updatedReplicas: 1,
      availableReplicas: 1,
    },
    Frontend: {
      componentKind: "PodClique",
      componentName: "chat-0-frontend",
      replicas: 2,
      updatedReplicas: 2,
      readyReplicas: 2,
    },
  });
});

Deno.test("a graph names what is not ready, and why", () => {
  const { state, services, texts } = status({
    grove: { ...READY, cliques: [] },
    findings: { updated: new Set(), causes: ['pod "x": cannot pull image "y"'] },
  });
  assertEquals([state, Object.keys(services ?? {})], ["pending", ["Decode"]]);
  assertEquals(
    texts["Ready"],
    "False some_resources_are_not_ready: Resources not ready: " +
      "chat: podclique/chat-0-decode-0-decode-ldr: resource not found; " +
      "podclique/chat-0-decode-0-decode-wkr: resource not found; " +
      'podclique/chat-0-frontend: resource not found; pod "x": cannot pull image "y"',
  );
});

Deno.test("a PodCliqueSet with an older template, or that waits for one, is not ready", () => {
  const extraPodSpec = { mainContainer: { image: "image:2" } };
  const changed = graph().withFrontend("Frontend", { replicas: 2, extraPodSpec })
    .withWorker("Decode", { multinode: { nodeCount: 2 } }).build();
  const outdated = status({ graph: changed });
  assertEquals(outdated.state, "pending");
  assertStringIncludes(outdated.texts["Ready"] ?? "", "PodCliqueSet is not up to date yet");
  const held = status({ graph: changed, grove: { ...READY, templateWaitMs: 500 } });
  assertEquals(held.state, "pending");
  assertStringIncludes(held.texts["Ready"] ?? "", "the operator writes the newest template after");
});

Deno.test("a problem of the PodCliqueSet has its own condition and reason", () => {
  const removed = graph().withFrontend("Frontend", { replicas: 2 }).build();
  const { state, texts, services } = status({ graph: removed });
  assertEquals([state, Object.keys(services ?? {})], ["failed", ["Frontend"]]);
  assertStringIncludes(
    texts["PodCliqueSetApplied"] ?? "",
    'False CompositionChanged: spec.services: Grove still runs "decode"',
  );
  assertStringIncludes(texts["Stalled"] ?? "", "True failed_to_reconcile_the_resources");
});

Deno.test("a refused PodCliqueSet is a failure, an absent webhook is not", () => {
  const denied = 'admission webhook "pcs" denied the request: no';
  const refused = status({ execution: { errors: [errorOf(403, denied)] } });
  assertEquals(refused.state, "failed");
  assertStringIncludes(refused.texts["PodCliqueSetApplied"] ?? "", "False Refused: ");
  const away = 'Internal error occurred: failed calling webhook "pcs": refused';
  const pending = status({ execution: { errors: [errorOf(500, away)] } });
  assertEquals(pending.state, "pending");
  assertStringIncludes(
    pending.texts["PodCliqueSetApplied"] ?? "",
    "False GroveUnavailable: Grove does not respond",
  );
  assertStringIncludes(pending.texts["Ready"] ?? "", "Grove does not respond");
});

Deno.test("a graph without Grove is held, with the orchestrator that is recorded", () => {
  const recorded = { ...object, status: { orchestrator: "grove" } };
  const observed = { ...observedFrom([]), served: new Set<never>(), podCliqueSets: [] };
  const plan = planGraph(recorded, observed, platformConfig());
  const execution = { writes: [], errors: [], blocked: [], conflicts: [] };
  const view = { object: recorded, plan, observed, execution, paused: false };
  const { state, orchestrator, conditions } = graphStatus(view, NOW);
  assertEquals([state, orchestrator], ["failed", "grove"]);
  assertEquals(conditions?.find(({ type }) => type === "Held")?.reason, "GroveNotServed");
});

const NEW: PodCliqueSet = {
  ...set,
  metadata: { ...set.metadata, creationTimestamp: "2026-01-01T00:09:00Z" },
  status: {},
};

function waitMs({ graph: of = object, grove = { podCliqueSet: NEW }, execution = {} }: Situation) {
  const view = reconciled({ graph: of, grove, execution });
  return firstStatusWaitMs(view, NOW);
}

Deno.test("the first status waits until Grove has observed the PodCliqueSet, for five minutes", () => {
  assertEquals(waitMs({}), 240_000);
  const creationTimestamp = "2026-01-01T00:04:00Z";
  const old = { ...NEW, metadata: { ...NEW.metadata, creationTimestamp } };
  assertEquals(waitMs({ grove: { podCliqueSet: old } }), 0);
  assertEquals(waitMs({ grove: { podCliqueSet: set } }), 0);
  assertEquals(waitMs({ grove: { ...READY, podCliqueSet: NEW } }), 0);
});

Deno.test("the first status does not wait if something is known", () => {
  assertEquals(waitMs({ execution: { errors: [errorOf(500, "x")] } }), 0);
  assertEquals(waitMs({ grove: {} }), 0);
  assertEquals(waitMs({ graph: { ...object, status: { state: "pending" } } }), 0);
  assertEquals(waitMs({ graph: graph().withFrontend().build() }), 0);
});

Deno.test("a graph in deletion is in progress, and names the PodCliqueSet that it waits for", () => {
  const deleting = deletingStatus(object, { podCliqueSets: [set] }, NOW);
  assertEquals(kstatus({ ...object, status: deleting }), "InProgress");
  const ready = deleting?.conditions?.find(({ type }) => type === "Ready");
  assertEquals(ready?.reason, "Terminating");
  assertStringIncludes(ready?.message ?? "", 'waits for PodCliqueSet "chat"');
  assertEquals(deletingStatus(object, { podCliqueSets: [] }, NOW), undefined);
});

Deno.test("the status names a problem of each kind", () => {
  const name = "a-graph-with-a-name-of-31-chars";
  const graphWithFaults = graph(name).withFrontend("0").withWorker("x".repeat(20)).build();
  const status = graphStatus(reconciled({ graph: graphWithFaults, grove: {} }), NOW);
  const message = status.conditions?.find(({ type }) => type === "Ready")?.message ?? "";
  assertStringIncludes(message, "Validation failed: ");
  assertStringIncludes(message, `headless Service "${name}-0" of Grove`);
  assertStringIncludes(message, "Grove accepts 45");
});
