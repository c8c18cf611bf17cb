// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { requestKind, writesOf } from "../devcluster/audit_entry.ts";
import type { DynamoGraphDeployment } from "../crds/kinds/graph.ts";
import { namespaces, persistentVolumeClaims } from "../kube/builtin.ts";
import { ApiError, isInvalid } from "../kube/errors.ts";
import type { KubeObject } from "../kube/object.ts";
import { graphs } from "../reconcile/dynamo/resources.ts";
import { type Environment, ENVIRONMENTS, planObjects } from "../reconcile/testing/graph_objects.ts";
import { platformConfig } from "../reconcile/testing/platform_config.ts";
import { randomGraphs } from "../reconcile/testing/random_graph.ts";
import { EXISTING_PVC } from "../reconcile/testing/random_graph_values.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { conditionOf } from "./support/conditions.ts";
import { eventually } from "./support/eventually.ts";
import { PLANNER_ROLE } from "./support/installation.ts";
import { createNamespace, type NamespaceClient } from "./support/namespace_client.ts";
import { objectNamesIn, WRITTEN_KINDS } from "./support/namespace_objects.ts";
import { untilDrained, untilIdle } from "./support/operator_state.ts";
import { addPlannerRole } from "./support/planner_role.ts";
import { seededRandom, seedOfRun } from "./support/seeded_random.ts";
import { noCluster, sharedCluster } from "./support/shared_cluster.ts";
import { startTestOperator } from "./support/test_operator.ts";

const GRAPHS = Number(Deno.env.get("G") ?? 25);
/** Percentage of odd values. */
const ODD = Number(Deno.env.get("ODD") ?? 1);
const CONFIG = platformConfig({ plannerClusterRoleName: PLANNER_ROLE });

let t0 = performance.now();
function lap(what: string) {
  console.log(what, Math.round(performance.now() - t0));
  t0 = performance.now();
}

for (const environment of ENVIRONMENTS) {
  Deno.test(`random graphs (${environment.name})`, { ignore: noCluster }, async () => {
    const seed = seedOfRun();
    console.log(`seed ${seed} (set DYNAMO_TEST_SEED to repeat)`);
    const cluster = await sharedCluster();
    using admin = await connectAdmin(cluster);
    await addPlannerRole(admin.client);
    await using cleanUp = new AsyncDisposableStack();
    const [kube, other] = [await createNamespace(admin.client), await createNamespace(admin.client)];
    for (const { namespace } of [kube, other]) {
      cleanUp.defer(() => admin.client.delete(namespaces, { name: namespace }));
    }
    await kube.apply(persistentVolumeClaims, pvc());
    const operator = cleanUp.use(await startTestOperator(cluster, { serviceAccount: "random-graphs", flags: ["--resync=4s"] }));
    const mark = await cluster.audit.mark();
    lap("start");

    const { multinode } = environment;
    const sample = fc.sample(randomGraphs(fc, { odd: ODD, multinode }), { seed, numRuns: GRAPHS });
    const admitted: DynamoGraphDeployment[] = [];
    for (const [index, graph] of sample.entries()) {
      try {
        admitted.push(await kube.apply(graphs, named(graph, index)));
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        console.log("REFUSED", error.serverMessage.slice(0, 300));
      }
    }
    lap("admission");
    await new Promise((r) => setTimeout(r, 25000));
    lap("idle");
    const stats: Record<string, number> = {};
    for (const { metadata: { name } } of admitted) {
      const graph = await kube.get(graphs, name);
      const { problems, refusals, planned } = await expected(graph, environment, other);
      const { message = "" } = conditionOf(graph, "Ready") ?? {};
      const { state } = graph.status ?? {};
      const kind = problems.length > 0 ? "problem" : refusals.length > 0 ? "refused" : "planned";
      stats[`${kind} ${state}`] = (stats[`${kind} ${state}`] ?? 0) + 1;
      const texts = [
        ...problems.map(({ field, message }) => field ?? message),
        ...refusals.flatMap((error) => error.details?.causes?.map(({ field = "" }) => field) ?? [error.serverMessage]),
      ];
      if (kind === "refused") console.log(name, refusals.map((e) => `${e.status} ${e.serverMessage.slice(0, 400)} ${JSON.stringify(e.details?.causes?.map(c => c.field))}`));
      const missing = texts.filter((text) => !message.includes(text));
      if (missing.length) console.log("!!! LACKS", name, missing, message);
      if (kind === "planned" && state === "failed") console.log("!!! FAILED", name, message);
      if (kind === "planned" && state === "pending") console.log("pending", name, message.slice(0, 300));
      if (kind !== "planned") continue;
      for (const object of planned) {
        const resource = WRITTEN_KINDS.find(({ kind }) => kind === object.kind);
        if (!resource) throw new Error(object.kind);
        if (!await kube.find(resource, object.metadata.name)) console.log("!!! MISSING", object.kind, object.metadata.name);
      }
    }
    console.log(stats);
    lap("checks");
    const writes = writesOf(operator.user, await cluster.audit.entries(mark));
    const counts = Object.entries(Object.groupBy(writes, (w) => `${w.resource}/${w.subresource}/${w.name} ${w.code}`)).map(([k, v]) => [k, v!.length] as const).filter(([, n]) => n > 3).sort((a, b) => b[1] - a[1]);
    console.log(writes.length, Object.entries(Object.groupBy(writes, (w) => w.code)).map(([c, v]) => `${c}:${v!.length}`), counts.slice(0, 15));
    const quiet = await cluster.audit.mark();
    await new Promise((r) => setTimeout(r, 10000));
    console.log("after idle", writesOf(operator.user, await cluster.audit.entries(quiet)).filter((e) => e.code < 300).map((e) => `${requestKind(e)} ${e.name}`));
    for (const resource of WRITTEN_KINDS) for (const o of await kube.list(resource)) for (const c of (o as any).status?.conditions ?? []) if (["DriftFight","NotKept","NameConflict"].includes(c.type)) console.log("COND", o.kind, o.metadata.name, c.type, c.message.slice(0,500));
  });
}

function pvc(): KubeObject {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: EXISTING_PVC },
    spec: { accessModes: ["ReadWriteMany"], resources: { requests: { storage: "1Gi" } } },
  } as KubeObject;
}

/** Gives a graph a name of its own, and at most one replica per service. */
function named({ metadata, spec, ...graph }: DynamoGraphDeployment, index: number): DynamoGraphDeployment {
  const services = Object.entries(spec.services ?? {}).map(([name, service]) => [name, { ...service, replicas: Math.min(service.replicas ?? 0, 1) }]);
  return {
    ...graph,
    metadata: { ...metadata, name: `${metadata.name}-${index}` },
    spec: { ...spec, services: Object.fromEntries(services) },
  };
}

async function expected(graph: DynamoGraphDeployment, environment: Environment, { namespace, client }: NamespaceClient) {
  const elsewhere = { ...graph, metadata: { ...graph.metadata, namespace } };
  const { plan, planned } = planObjects(elsewhere, environment, [], CONFIG);
  const refusals: ApiError[] = [];
  for (const { resource, manifest } of plan.problems.length > 0 ? [] : planned) {
    try {
      await client.apply(resource, manifest, { dryRun: true, fieldManager: "x" });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      refusals.push(error);
    }
  }
  return { problems: plan.problems, refusals, planned: planned.map(({ manifest }) => manifest) };
}
