import {
  deployments,
  namespaces,
  roleBindings,
  roles,
  serviceAccounts,
  services,
} from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { bounded } from "../../reconcile/apply/concurrency.ts";
import { components } from "../../reconcile/dynamo/resources.ts";
import { watchChildren } from "./children_watch.ts";
import { type CpuUse, cpuUse } from "./cpu_times.ts";
import type { BenchCluster } from "./bench_cluster.ts";
import { plannedObjects } from "./planned_objects.ts";
import { COMPONENTS_PER_GRAPH, sampleGraph } from "./sample_graph.ts";

/** Number of requests that the benchmark sends in parallel to create objects. */
export const IN_FLIGHT = 16;
/**
 * The benchmark treats the operator as idle after this time without work. The operator delays status writes by less
 * than this time.
 */
export const IDLE_MS = 2_000;
/** Each graph adds this time to the timeout of a measurement. The slowest measured operator needs much less time. */
export const DEADLINE_PER_GRAPH_MS = 2_000;

export type BareMethod = "apply" | "post";

/**
 * Costs of creating the children of all graphs without the operator. The benchmark compares the operator with these
 * costs.
 */
export interface BareLoopFigures {
  objects: number;
  /** Size of all manifests as JSON, in bytes. */
  bytes: number;
  /** Time from the first request to the last response. */
  seconds: number;
  cpu: CpuUse;
}

const KINDS: Record<string, Resource<KubeObject>> = Object.fromEntries(
  [serviceAccounts, roles, roleBindings, components, deployments, services]
    .map((resource) => [resource.kind, resource]),
);

function orderOf({ kind }: KubeObject): number {
  return kind === "Role" ? -1 : kind === "RoleBinding" ? 1 : 0;
}

/**
 * Creates the children of `graphs` graphs in a new namespace without the operator, and measures the costs. The requests
 * use the same HTTP client as the operator.
 */
export async function measureBareLoop(
  bench: BenchCluster,
  graphs: number,
  method: BareMethod,
): Promise<BareLoopFigures> {
  const namespace = `bare-${method}`;
  await bench.admin.create(namespaces, {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: namespace },
  });
  const planned = Array.from(
    { length: graphs },
    (_, number) => plannedObjects(sampleGraph(number, namespace)),
  ).flat();
  // Sorts Roles first and RoleBindings last. The API server refuses a RoleBinding until its authorizer has cached the
  // Role.
  const objects = planned.toSorted((a, b) => orderOf(a) - orderOf(b));
  await bench.untilIdle();
  await using watch = await watchChildren(bench.admin, {
    namespace,
    count: graphs * COMPONENTS_PER_GRAPH,
    deadlineMs: graphs * DEADLINE_PER_GRAPH_MS + 60_000,
  });
  const before = await bench.cpuTimes();
  const startedMs = performance.now();
  await bounded(objects, IN_FLIGHT, async (object) => {
    const kind = KINDS[object.kind];
    if (kind === undefined) {
      throw new Error(
        `Cannot create a ${object.kind}: the bare loop does not support this kind`,
      );
    }
    // `Warn` is the default of the API server, and other clients use it. The operator sends `Ignore`.
    if (method === "apply") {
      await bench.asOperator.apply(kind, object, { fieldValidation: "Warn" });
    } else await bench.asOperator.create(kind, object);
  });
  const seconds = (performance.now() - startedMs) / 1000;
  const cpu = cpuUse(before, await bench.cpuTimes());
  await watch.allExist;
  const bytes = objects.reduce((sum, object) => sum + JSON.stringify(object).length, 0);
  return { objects: objects.length, bytes, seconds, cpu };
}
