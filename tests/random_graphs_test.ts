// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import type { DynamoGraphDeployment } from "../crds/kinds/graph.ts";
import type { AuditMark } from "../devcluster/audit.ts";
import { requestKind, writesOf } from "../devcluster/audit_entry.ts";
import { namespaces, type PersistentVolumeClaim, persistentVolumeClaims } from "../kube/builtin.ts";
import { isInvalid } from "../kube/errors.ts";
import type { KubeObject } from "../kube/object.ts";
import { observedFrom, outdated } from "../reconcile/apply/observed.ts";
import { NOT_KEPT } from "../reconcile/apply/reasons.ts";
import { componentName } from "../reconcile/dynamo/names.ts";
import { components, graphs, scalingAdapters } from "../reconcile/dynamo/resources.ts";
import { withDependents } from "../reconcile/testing/dependents.ts";
import { ENVIRONMENTS, planObjects } from "../reconcile/testing/graph_objects.ts";
import { randomGraphs } from "../reconcile/testing/random_graph.ts";
import { EXISTING_PVC } from "../reconcile/testing/random_graph_values.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { conditionOf } from "./support/conditions.ts";
import { eventually } from "./support/eventually.ts";
import { expectedFaults, TEST_CONFIG } from "./support/expected_faults.ts";
import { createNamespace, type NamespaceClient } from "./support/namespace_client.ts";
import { nameOf, objectsIn } from "./support/namespace_objects.ts";
import { untilDrained, untilIdle } from "./support/operator_state.ts";
import { addPlannerRole } from "./support/planner_role.ts";
import { seededRandom, seedOfRun } from "./support/seeded_random.ts";
import { noCluster, sharedCluster } from "./support/shared_cluster.ts";
import { startTestOperator, type TestOperator } from "./support/test_operator.ts";

const GRAPHS = 25;
/** Minimum number of graphs that must run. Usually two thirds of the graphs run. */
const FEWEST_RUNNING = 5;
/** Percentage of odd values in the graphs. */
const ODD = 1;
/** Time without a request after which an operator has ended all its retries, in milliseconds. */
const QUIET_MS = 1_500;
/** Maximum number of attempts to write an object that the API server refuses. */
const MOST_ATTEMPTS = 6;

const PVC: PersistentVolumeClaim = {
  apiVersion: persistentVolumeClaims.apiVersion,
  kind: persistentVolumeClaims.kind,
  metadata: { name: EXISTING_PVC },
  spec: { accessModes: ["ReadWriteMany"], resources: { requests: { storage: "1Gi" } } },
};

for (const environment of ENVIRONMENTS) {
  Deno.test(
    `random graphs run as planned or report their mistakes (${environment.name})`,
    { ignore: noCluster },
    async (t) => {
      const seed = seedOfRun();
      console.log(`seed ${seed} (set DYNAMO_TEST_SEED to repeat)`);
      const random = seededRandom(seed);
      const cluster = await sharedCluster();
      using admin = await connectAdmin(cluster);
      const { client } = admin;
      await addPlannerRole(client);
      await using cleanUp = new AsyncDisposableStack();
      const [kube, empty] = [await createNamespace(client), await createNamespace(client)];
      for (const { namespace } of [kube, empty]) {
        cleanUp.defer(() => client.delete(namespaces, { name: namespace }));
      }
      await kube.apply(persistentVolumeClaims, PVC);
      const start = () => startTestOperator(cluster, { serviceAccount: "random-graphs" });
      const writesSince = async (mark: AuditMark, { user }: TestOperator) =>
        writesOf(user, await cluster.audit.entries(mark));

      await using first = await start();
      const mark = await cluster.audit.mark();
      const { multinode } = environment;
      const sample = fc.sample(randomGraphs(fc, { odd: ODD, multinode }), {
        seed,
        numRuns: GRAPHS,
      });
      const admitted = await createGraphs(kube, sample.map(manifestOf));
      await untilIdle(first, { idleMs: QUIET_MS });

      /** Names of the graphs whose children exist. */
      const running: string[] = [];
      await t.step("each graph has its planned children, or names the refused field", async () => {
        const live = await objectsIn(kube);
        for (const name of admitted) {
          const graph = await kube.get(graphs, name);
          const { message = "" } = conditionOf(graph, "Ready") ?? {};
          const faults = await expectedFaults(graph, environment, empty);
          for (const field of faults) assertStringIncludes(message, field, name);
          assertEquals(graph.status?.state === "failed", faults.length > 0, `${name}: ${message}`);
          if (faults.length > 0) continue;
          running.push(name);
          const { plan, planned } = planObjects(graph, environment, live, TEST_CONFIG);
          assertEquals(plan.prune, []);
          const differences = planned.flatMap((one) => {
            const difference = outdated(one, observedFrom(live));
            return difference === undefined ? [] : [`${nameOf(one.manifest)}: ${difference}`];
          });
          assertEquals(differences, [], name);
        }
        assert(running.length >= FEWEST_RUNNING, `only ${running.length} graphs run`);
      });

      await t.step("refused objects are written a few times only", async () => {
        const refused = (await writesSince(mark, first)).filter(({ code }) => code >= 400);
        const counts = Map.groupBy(refused, (entry) => `${requestKind(entry)} ${entry.name}`);
        const often = [...counts].filter(([, attempts]) => attempts.length > MOST_ATTEMPTS);
        assertEquals(often.map(([name, { length }]) => `${length} × ${name}`), []);
      });

      await t.step("a graph without one service lacks exactly its objects", async () => {
        const before = await objectsIn(kube);
        const removed: KubeObject[] = [];
        for (const name of running) {
          const { spec } = await kube.get(graphs, name);
          const services = Object.keys(spec.services ?? {});
          const service = services[Math.floor(random() * services.length)] ?? "";
          const children = before.filter(({ kind, metadata }) =>
            [components.kind, scalingAdapters.kind].includes(kind) &&
            metadata.name === componentName(name, service)
          );
          if (services.length === 1 || children.length === 0) continue;
          removed.push(...children);
          await kube.edit(graphs, name, { spec: { services: { [service]: null } } });
        }
        const gone = new Set(withDependents(removed, before).map(nameOf));
        const kept = before.filter((object) => !gone.has(nameOf(object)));
        await untilIdle(first, { idleMs: QUIET_MS });
        // The garbage collector deletes the children of an object some time after the object itself.
        await eventually(async () => {
          assertEquals(generations(await objectsIn(kube)), generations(kept));
        });
      });

      await t.step("the operator writes nothing after a restart", async () => {
        await first.stop();
        const mark = await cluster.audit.mark();
        await using second = await start();
        const ofComponents = await kube.list(components);
        const reconciliations = ofComponents.length + (await kube.list(graphs)).length;
        await untilDrained(second.metricsUrl, { reconciliations, deadlineMs: 30_000 });
        await untilIdle(second, { idleMs: QUIET_MS });
        // The operator applies an object once more if the API server refused it, or did not store all its fields.
        const notKept = ofComponents.filter((component) => conditionOf(component, NOT_KEPT))
          .map(({ metadata }) => metadata.name);
        const stored = (await writesSince(mark, second)).filter(({ code, name }) =>
          code < 400 && !notKept.includes(name.replace(/\..*/, ""))
        );
        assertEquals(stored.map((entry) => `${requestKind(entry)} ${entry.name}`), []);
      });
    },
  );
}

/** Returns a random graph as a test creates it. It has few replicas, because the operator does not create the pods. */
function manifestOf(
  { metadata, spec, ...graph }: DynamoGraphDeployment,
  index: number,
): DynamoGraphDeployment {
  const services = Object.entries(spec.services ?? {}).map(([name, service]) => [
    name,
    { ...service, replicas: Math.min(service.replicas ?? 0, 1) },
  ]);
  return {
    ...graph,
    metadata: { ...metadata, name: `${metadata.name}-${index}` },
    spec: { ...spec, services: Object.fromEntries(services) },
  };
}

/** Creates the graphs, and returns the names of those that the API server admits. */
async function createGraphs(
  kube: NamespaceClient,
  manifests: readonly DynamoGraphDeployment[],
): Promise<string[]> {
  const names = manifests.map(async (manifest) => {
    try {
      return [(await kube.apply(graphs, manifest)).metadata.name];
    } catch (error) {
      if (!isInvalid(error)) throw error;
      return [];
    }
  });
  return (await Promise.all(names)).flat();
}

/** Returns the name and the generation of each object except graphs, whose generation the test changes. */
function generations(objects: readonly KubeObject[]): string[] {
  return objects.filter(({ kind }) => kind !== graphs.kind)
    .map((object) => `${nameOf(object)} ${object.metadata.generation ?? ""}`).sort();
}
