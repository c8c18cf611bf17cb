import { deployments, roleBindings, roles, serviceAccounts, services } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { bounded } from "../../reconcile/apply/bounded.ts";
import { components } from "../../reconcile/dynamo/resources.ts";
import { watchChildren } from "./children_watch.ts";
import { type CpuUse, cpuUse } from "./cpu_times.ts";
import type { BenchCluster } from "./bench_cluster.ts";
import { plannedObjects } from "./planned_objects.ts";
import { COMPONENTS_PER_GRAPH, sampleGraph } from "./sample_graph.ts";

/** Requests under way at the same time: of the bare loop, and of whoever creates the graphs. */
export const IN_FLIGHT = 16;
/** Time without work after which the operator counts as idle; status writes follow within it. */
export const IDLE_MS = 2_000;
/** Far more than the slowest operator seen needed for as many graphs. */
export const DEADLINE_PER_GRAPH_MS = 2_000;

/** What it costs to write the objects of so many graphs without thinking about them. */
export interface BareLoopFigures {
  objects: number;
  /** Of all manifests as JSON. */
  bytes: number;
  /** From the first request to the last answer. */
  seconds: number;
  cpu: CpuUse;
}

const KINDS: Record<string, Resource<KubeObject>> = Object.fromEntries(
  [serviceAccounts, roles, roleBindings, components, deployments, services]
    .map((resource) => [resource.kind, resource]),
);

/** Applies everything the operator would apply for so many graphs, in a bare loop over the same transport. */
export async function measureBareLoop(
  bench: BenchCluster,
  graphs: number,
): Promise<BareLoopFigures> {
  const planned = Array.from({ length: graphs }, (_, number) => plannedObjects(sampleGraph(number)))
    .flat();
  // Binding to a Role that the API server's authorizer has not heard of yet is refused.
  const objects = [
    ...planned.filter(({ kind }) => kind !== "RoleBinding"),
    ...planned.filter(({ kind }) => kind === "RoleBinding"),
  ];
  await using watch = await watchChildren(bench.admin, {
    count: graphs * COMPONENTS_PER_GRAPH,
    deadlineMs: graphs * DEADLINE_PER_GRAPH_MS + 60_000,
  });
  const before = await bench.cpuTimes();
  const startedMs = performance.now();
  await bounded(objects, IN_FLIGHT, async (object) => {
    const kind = KINDS[object.kind];
    if (kind === undefined) {
      throw new Error(`Cannot apply a ${object.kind}: the bare loop does not know it`);
    }
    await bench.asOperator.apply(kind, object);
  });
  const seconds = (performance.now() - startedMs) / 1000;
  const cpu = cpuUse(before, await bench.cpuTimes());
  await watch.allExist;
  const bytes = objects.reduce((sum, object) => sum + JSON.stringify(object).length, 0);
  return { objects: objects.length, bytes, seconds, cpu };
}
