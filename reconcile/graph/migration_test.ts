// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { Secret } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import { podCliqueSets } from "../../kube/optional_kinds.ts";
import { completed } from "../apply/decide.ts";
import { withController } from "../apply/ownership.ts";
import type { MpiObserved } from "../component/mpi_secret.ts";
import { components } from "../dynamo/resources.ts";
import type { GroveObserved } from "../grove/observed.ts";
import { graph } from "../testing/graph_builder.ts";
import { groveObserved, readyClique, storedSet } from "../testing/grove_objects.ts";
import { graphObserved } from "../testing/observed.ts";
import { platformConfig } from "../testing/platform_config.ts";
import type { ServedOrchestrators } from "../workload/orchestrator.ts";
import { formerPodsOf } from "./migration.ts";
import { chooseOrchestrator } from "./orchestrator_choice.ts";
import { planGraph } from "./plan.ts";

const GROVE: ServedOrchestrators = new Set(["grove"]);
const base = graph().withFrontend().withWorker();
const multinode = base.withWorker("Decode", { multinode: { nodeCount: 2 } });
const ordered = (orchestrator: string, of = base) =>
  of.withAnnotation("nvidia.com/orchestrator", orchestrator).build();
const set = storedSet(base.build());

interface Situation {
  live?: readonly KubeObject[];
  served?: ServedOrchestrators;
  grove?: Partial<GroveObserved>;
  remains?: string[];
  mpi?: MpiObserved;
}

function plan(
  object: DynamoGraphDeployment,
  { live = [], served = GROVE, grove = {}, remains, mpi }: Situation = {},
) {
  const sets = live.filter(({ kind }) => kind === podCliqueSets.kind) as typeof set[];
  const own = sets.filter(({ metadata }) => metadata.ownerReferences?.[0]?.uid === "uid-of-chat");
  const observed = graphObserved({
    live,
    parentUid: object.metadata.uid,
    served,
    podCliqueSets: own,
    ...(served.has("grove") && { grove: groveObserved({ podCliqueSet: own[0], ...grove }) }),
    ...(remains && { remains }),
    ...(mpi && { mpi }),
  });
  const { planned, prune, problems, migration, ...rest } = planGraph(
    object,
    observed,
    platformConfig(),
  );
  return {
    ...rest,
    isMigrating: migration !== undefined,
    planned: planned.map(({ manifest }) => manifest.kind),
    prune: prune.map(({ kind, metadata }) => `${kind}/${metadata.name}`).sort(),
    problems: problems.map(({ field, message }) => field ? `${field}: ${message}` : message),
  };
}

/**
 * Returns the children of a graph as the API server stores them. The graph runs on Grove if `served` contains `grove`.
 */
function children(object = base.build(), served: ServedOrchestrators = new Set()): KubeObject[] {
  const observed = graphObserved({
    served,
    ...(served.has("grove") && { grove: groveObserved() }),
  });
  return planGraph(object, observed, platformConfig()).planned.map((planned) => {
    const stored = completed({ parent: object, planned, live: undefined });
    const uid = `uid-${stored.kind}-${stored.metadata.name}`;
    return { ...stored, metadata: { ...stored.metadata, uid, resourceVersion: "1" } };
  });
}

const RBAC = ["ServiceAccount", "Role", "RoleBinding"];
const withComponents = children();
const onGrove = children(base.build(), GROVE);
const COMPONENTS = [
  "DynamoComponentDeployment/chat-frontend",
  "DynamoComponentDeployment/chat-worker",
];
const ON_GROVE = ["PodCliqueSet/chat", "Service/chat-frontend", "Service/chat-worker"];

Deno.test("to Grove: first the components are deleted with their pods", () => {
  const first = plan(ordered("grove"), { live: withComponents });
  assertEquals([first.planned, first.prune, first.problems], [RBAC, COMPONENTS, []]);
  assertEquals([first.isMigrating, first.pruneDependentsFirst], [true, true]);
});

Deno.test("to Grove: the PodCliqueSet follows when no pod remains", () => {
  const rbac = withComponents.filter(({ kind }) => RBAC.includes(kind));
  const object = { ...ordered("grove"), status: { orchestrator: "deployment" } };
  const waiting = plan(object, { live: rbac, remains: ['Pod "chat-worker-x"'] });
  assertEquals(waiting.planned, [...RBAC, "Service", "Service"]);
  const last = plan(object, { live: rbac, remains: [] });
  assertEquals(last.planned, [...RBAC, "PodCliqueSet", "Service", "Service"]);
});

Deno.test("to Grove: a leftover PodCliqueSet stays, but the graph is not rolled out before the end", () => {
  const ready = { ...set, status: { observedGeneration: 1 } };
  const cliques = ["frontend", "worker"].map((name) => readyClique(set, `chat-0-${name}`));
  const live = [...withComponents, ready];
  const { prune, rolledOut } = plan(ordered("grove"), { live, grove: { cliques } });
  assertEquals([prune, rolledOut], [COMPONENTS, false]);
  assertEquals(plan(ordered("grove"), { live: [ready], grove: { cliques } }).rolledOut, true);
});

Deno.test("to Grove: the graph co-owns the Secret for MPI before the components are deleted", () => {
  const secret: Secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: "mpi-run-ssh-secret",
      labels: { "nvidia.com/managed-by": "dynamo-operator" },
    },
    data: { "private.key": "a", "private.key.pub": "b" },
  };
  const command = { mainContainer: { image: "i", command: ["python3", "-m", "dynamo.trtllm"] } };
  const object = graph().withWorker("Decode", {
    multinode: { nodeCount: 2 },
    extraPodSpec: command,
  });
  const live = [...children(object.build(), new Set(["lws"])), secret];
  const { planned, prune } = plan(ordered("grove", object), {
    live,
    mpi: { source: undefined, copies: [], newKey: undefined },
  });
  assertEquals(planned, [...RBAC, "Secret"]);
  assertEquals(prune, ["DynamoComponentDeployment/chat-decode"]);
});

Deno.test("to components: first the PodCliqueSet is deleted, with the Services of the graph", () => {
  const first = plan(ordered("deployment"), { live: onGrove });
  assertEquals([first.planned, first.prune, first.problems], [RBAC, ON_GROVE, []]);
  assertEquals(first.pruneDependentsFirst, true);
});

Deno.test("to components: they follow when neither objects nor pods remain", () => {
  const object = { ...ordered("deployment"), status: { orchestrator: "grove" } };
  const service = onGrove.filter(({ kind }) => kind === "Service");
  assertEquals(plan(object, { live: service }).planned, RBAC);
  assertEquals(plan(object, { remains: ['Pod "chat-0-worker-x"'] }).planned, RBAC);
  const last = plan(object, { remains: [] });
  assertEquals(last.planned, [...RBAC, components.kind, components.kind]);
  assertEquals([last.prune, last.pruneDependentsFirst], [[], false]);
});

Deno.test("the graph leaves the Services of its models to the components", () => {
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "dynamo-model-12345678" },
  };
  const { prune } = plan(ordered("deployment"), {
    live: onGrove,
    grove: { modelServices: [service] },
  });
  assertEquals(prune, [...ON_GROVE, "Service/dynamo-model-12345678"].sort());
});

Deno.test("an orchestrator that is not served, or cannot run the graph, deletes nothing", () => {
  const multi = children(multinode.build(), GROVE);
  const none = { prune: [], isMigrating: true };
  const { prune, isMigrating, problems } = plan(ordered("lws", multinode), { live: multi });
  assertEquals([{ prune, isMigrating }, problems], [none, [
    "no multinode orchestrator available",
  ]]);
  const absent = plan(ordered("grove"), { live: withComponents, served: new Set() });
  assertEquals([absent.planned, absent.prune], [[], []]);
  assertStringIncludes(absent.problems[0] ?? "", "install Grove");
  const long = ordered("grove", base.withWorker("W".repeat(45)));
  const tooLong = plan(long, { live: withComponents });
  assertEquals(tooLong.prune, []);
  assertStringIncludes(tooLong.problems[0] ?? "", "spec.services[");
});

Deno.test("a multinode service fails with its field if the annotation orders Deployments", () => {
  const served: ServedOrchestrators = new Set(["lws", "grove"]);
  for (
    const live of [
      children(multinode.build(), new Set(["lws"])),
      children(multinode.build(), GROVE),
    ]
  ) {
    const { prune, problems } = plan(ordered("deployment", multinode), { live, served });
    assertEquals([prune, problems.length], [[], 1]);
    assertStringIncludes(problems[0] ?? "", "spec.services[Decode].multinode.nodeCount: must be 1");
    assertStringIncludes(problems[0] ?? "", 'set the annotation to "lws" or "grove"');
  }
});

Deno.test("a foreign object with the name of a new one is found before anything is deleted", () => {
  const owner = { ...base.build(), metadata: { name: "other", uid: "uid-of-other" } };
  const foreignSet = withController({ ...set, metadata: { name: "chat", uid: "x" } }, owner);
  const taken = plan(ordered("grove"), { live: [...withComponents, foreignSet] });
  assertEquals(taken.prune, []);
  assertStringIncludes(taken.problems[0] ?? "", 'PodCliqueSet "team/chat" exists and is not owned');
  const [component] = withComponents.filter(({ kind }) => kind === components.kind);
  const foreign = withController(component as KubeObject, owner);
  const named = plan(ordered("deployment"), { live: [...onGrove, foreign] });
  assertEquals(named.prune, []);
  assertStringIncludes(named.problems[0] ?? "", "DynamoComponentDeployment");
});

Deno.test("Services of the former components are not foreign", () => {
  const [frontend] = withComponents.filter(({ metadata }) => metadata.name === "chat-frontend");
  const service = { apiVersion: "v1", kind: "Service", metadata: { name: "chat-frontend" } };
  const live = [...withComponents, withController(service, frontend as KubeObject)];
  const { prune, problems } = plan(ordered("grove"), { live });
  assertEquals([prune, problems], [COMPONENTS, []]);
});

Deno.test("a PodCliqueSet that is created again waits for the pods, its Services stay", () => {
  const object = { ...base.build(), status: { orchestrator: "grove" } };
  const live = onGrove.filter(({ kind }) => kind !== "PodCliqueSet");
  const { planned, prune, isMigrating } = plan(object, { live, remains: ['Pod "x"'] });
  assertEquals([planned, prune, isMigrating], [[...RBAC, "Service", "Service"], [], false]);
});

Deno.test("pods are read only when the objects that ran them are gone", () => {
  const former = (object: DynamoGraphDeployment, live: KubeObject[], served = GROVE) => {
    const podCliqueSets = live.filter(({ kind }) => kind === "PodCliqueSet");
    const observed = {
      ...graphObserved({ live, parentUid: object.metadata.uid, served }),
      podCliqueSets,
    };
    return formerPodsOf(object, chooseOrchestrator(object, observed), observed);
  };
  const last = (object: DynamoGraphDeployment, orchestrator: string) => ({
    ...object,
    status: { orchestrator },
  });
  assertEquals(former(ordered("grove"), withComponents), undefined);
  assertEquals(former(last(ordered("grove"), "lws"), []), "components");
  assertEquals(former(ordered("deployment"), onGrove), undefined);
  assertEquals(former(last(ordered("deployment"), "grove"), []), "grove");
  assertEquals(former(last(ordered("deployment"), "grove"), [], new Set()), "grove");
  assertEquals(former(last(base.build(), "grove"), []), "grove");
  assertEquals(former(last(base.build(), "grove"), onGrove), undefined);
  assertEquals(former(last(base.build(), "deployment"), []), undefined);
  assertEquals(former(ordered("grove"), []), undefined);
});
