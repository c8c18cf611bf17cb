// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import type { AuditMark } from "../devcluster/audit.ts";
import { requestKind, writesOf } from "../devcluster/audit_entry.ts";
import {
  namespaces,
  pods,
  roleBindings,
  roles,
  secrets,
  serviceAccounts,
} from "../kube/builtin.ts";
import type { KubeObject } from "../kube/object.ts";
import { leaderWorkerSets, podCliqueScalingGroups, podCliqueSets } from "../kube/optional_kinds.ts";
import { observedFrom, outdated } from "../reconcile/apply/observed.ts";
import { NOT_KEPT } from "../reconcile/apply/reasons.ts";
import { components, graphs } from "../reconcile/dynamo/resources.ts";
import {
  DEPLOYMENT,
  type Environment,
  GROVE,
  LWS,
  LWS_WITH_VOLCANO,
} from "../reconcile/testing/environments.ts";
import { planObjects } from "../reconcile/testing/graph_objects.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { conditionOf } from "./support/conditions.ts";
import { startEnvironmentCluster } from "./support/environment_cluster.ts";
import { eventually } from "./support/eventually.ts";
import { expectedFaults, TEST_CONFIG } from "./support/expected_faults.ts";
import { createNamespace } from "./support/namespace_client.ts";
import { nameOf, objectsIn, WRITTEN_KINDS } from "./support/namespace_objects.ts";
import { untilDrained, untilNoWrites } from "./support/operator_state.ts";
import { addPlannerRole } from "./support/planner_role.ts";
import { createRandomGraphs } from "./support/random_graphs.ts";
import {
  isOnGrove,
  orderPodCliqueSet,
  type Removal,
  removedObjects,
  removeService,
} from "./support/removed_services.ts";
import { seededRandom, seedOfRun } from "./support/seeded_random.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestOperator, type TestOperator } from "./support/test_operator.ts";

/** Environments, each with its number of random graphs. The numbers limit the duration of the test. */
const COUNTS: readonly [Environment, number][] = [
  [DEPLOYMENT, 18],
  [LWS, 10],
  [LWS_WITH_VOLCANO, 7],
  [GROVE, 10],
];
/** Minimum share of graphs that must run. Usually two thirds of the graphs run. */
const FEWEST_RUNNING = 1 / 5;
/** If the operator writes nothing for this time, it has ended all its retries. */
const QUIET = { idleMs: 1_500, deadlineMs: 120_000 };
/**
 * If the operator writes nothing for this time, it has reported why pods are not ready. The operator waits at least 5 s
 * before it reads the pods.
 */
const REPORTED = { idleMs: 7_000, deadlineMs: 120_000 };
/** Maximum number of attempts to write an object that the API server refuses. */
const MOST_ATTEMPTS = 6;
/**
 * Kinds of objects whose controllers create objects that the operator does not plan. For a pod, these are its ephemeral
 * PVCs.
 */
const CREATORS: readonly string[] = [leaderWorkerSets, podCliqueSets, podCliqueScalingGroups, pods]
  .map(({ kind }) => kind);
/** Kinds of objects that the operator prunes only after a rollout. */
const USED_BY_PODS: readonly string[] = [secrets, serviceAccounts, roles, roleBindings]
  .map(({ kind }) => kind);

for (const [environment, count] of COUNTS) {
  Deno.test(
    `random graphs run as planned or report their mistakes (${environment.name})`,
    { ignore: noCluster },
    async (t) => {
      const seed = seedOfRun();
      console.log(`seed ${seed} (set DYNAMO_TEST_SEED to repeat)`);
      const random = seededRandom(seed);
      await using setting = await startEnvironmentCluster(environment);
      const { cluster } = setting;
      using admin = await connectAdmin(cluster);
      const { client } = admin;
      await addPlannerRole(client);
      await using cleanUp = new AsyncDisposableStack();
      const [kube, empty] = [await createNamespace(client), await createNamespace(client)];
      for (const { namespace } of [kube, empty]) {
        cleanUp.defer(() => client.delete(namespaces, { name: namespace }));
      }
      cleanUp.use(setting.simulate(kube));
      const liveObjects = () => objectsIn(kube, [...WRITTEN_KINDS, ...environment.optionalKinds]);
      const start = () => startTestOperator(cluster, { serviceAccount: "random-graphs" });
      const writesSince = async (mark: AuditMark, { user }: TestOperator) =>
        writesOf(user, await cluster.audit.entries(mark))
          .filter(({ namespace }) => namespace === kube.namespace);

      await using first = await start();
      const mark = await cluster.audit.mark();
      const admitted = await createRandomGraphs(fc, kube, environment, { seed, count });
      await untilNoWrites(first, QUIET);

      /** Names of the graphs whose children exist. */
      const running: string[] = [];
      await t.step("each graph has its planned children, or names the refused field", async () => {
        const live = await liveObjects();
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
        const isEnough = running.length >= count * FEWEST_RUNNING;
        assert(isEnough, `only ${running.length} graphs run`);
      });

      await t.step("refused objects are written a few times only", async () => {
        const refused = (await writesSince(mark, first)).filter(({ code }) => code >= 400);
        const counts = Map.groupBy(refused, (entry) => `${requestKind(entry)} ${entry.name}`);
        const often = [...counts].filter(([, attempts]) => attempts.length > MOST_ATTEMPTS);
        assertEquals(often.map(([name, { length }]) => `${length} × ${name}`), []);
      });

      await t.step("a graph without one service lacks exactly its objects", async () => {
        const before = (await liveObjects()).filter(isPlannedKind);
        const removals = (await Promise.all(running.map((name) => kube.get(graphs, name))))
          .flatMap((graph) => chosenService(graph, random));
        for (const removal of removals) await removeService(kube, removal);
        await untilNoWrites(first, QUIET);
        const ordered = removals.filter(({ graph }) => isOnGrove(graph));
        const withoutOrder = removals.filter((removal) => !ordered.includes(removal));
        await untilOnly(kept(withoutOrder));
        await Promise.all(ordered.map((removal) => orderPodCliqueSet(kube, removal)));
        await untilNoWrites(first, QUIET);
        await untilOnly(kept(removals));

        function kept(removals: readonly Removal[]): KubeObject[] {
          const gone = new Set(removedObjects(removals, before).map(nameOf));
          return before.filter((object) => !gone.has(nameOf(object)));
        }
      });

      await t.step("the operator writes nothing after a restart", async () => {
        await untilNoWrites(first, REPORTED);
        await first.stop();
        const mark = await cluster.audit.mark();
        await using second = await start();
        const reconciled = [...await kube.list(components), ...await kube.list(graphs)];
        const reconciliations = reconciled.length;
        await untilDrained(second.metricsUrl, { reconciliations, deadlineMs: 30_000 });
        await untilNoWrites(second, QUIET);
        // After a restart, the operator applies an object again if the API server refused it or did not store all its
        // fields.
        const notKept = reconciled.filter((object) => conditionOf(object, NOT_KEPT))
          .map(({ metadata }) => metadata.name);
        const stored = (await writesSince(mark, second)).filter(({ code, name }) =>
          code < 400 && !notKept.includes(name.replace(/\..*/, ""))
        );
        assertEquals(stored.map((entry) => `${requestKind(entry)} ${entry.name}`), []);
      });

      /** Resolves when exactly these objects exist. Children remain for some time after their owner is deleted. */
      async function untilOnly(expected: readonly KubeObject[]) {
        await eventually(async () => {
          const live = (await liveObjects()).filter(isPlannedKind);
          assertEquals(generations(live), generations(expected));
        });
      }
    },
  );
}

/**
 * Returns a list with the removal of a randomly chosen service. The list is empty if the graph has only one service.
 */
function chosenService(graph: Removal["graph"], random: () => number): Removal[] {
  const services = Object.keys(graph.spec.services ?? {});
  const service = services[Math.floor(random() * services.length)];
  return service === undefined || services.length === 1 ? [] : [{ graph, service }];
}

/**
 * Returns whether the operator, and not the controller of an orchestrator, creates this object. Also returns false for
 * Secrets, ServiceAccounts, Roles and RoleBindings of a graph, because on Grove the operator prunes them only after a
 * rollout.
 */
function isPlannedKind({ kind, metadata: { ownerReferences = [] } }: KubeObject): boolean {
  const isUsedByPods = USED_BY_PODS.includes(kind) &&
    ownerReferences.some((owner) => owner.kind === graphs.kind);
  return !isUsedByPods && !ownerReferences.some((owner) => CREATORS.includes(owner.kind));
}

/**
 * Returns the name and the generation of each object. Omits graphs, because the test changes their generation. Omits
 * the generation of PodCliqueSets, because the test makes the operator replace them.
 */
function generations(objects: readonly KubeObject[]): string[] {
  return objects.filter(({ kind }) => kind !== graphs.kind).map((object) => {
    const { generation = "" } = object.kind === podCliqueSets.kind ? {} : object.metadata;
    return `${nameOf(object)} ${generation}`;
  }).sort();
}
