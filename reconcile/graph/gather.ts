import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { WatchedKinds } from "../engine/watched_kinds.ts";
import { servedOrchestrators } from "../workload/workloads.ts";
import type { graphKinds } from "./children.ts";
import { podCliqueSetsOf } from "./grove.ts";
import type { GraphObserved } from "./plan.ts";

/** The kinds that the graph controller watches, with a lookup for each. */
export type GraphKinds = WatchedKinds<
  DynamoGraphDeployment,
  ReturnType<typeof graphKinds>["children"]
>;

/** Returns the stored objects that the plan of a graph depends on. */
export function gatherGraph(
  graph: DynamoGraphDeployment,
  { children, observe }: GraphKinds,
): GraphObserved {
  return {
    ...observe(graph),
    served: servedOrchestrators(children),
    podCliqueSets: podCliqueSetsOf(graph, children.podCliqueSets),
  };
}
