import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { ANNOTATIONS } from "../../crds/labels.ts";
import { compositionOf, storedCliques } from "../grove/composition.ts";
import type { GroveObserved } from "../grove/observed.ts";
import { isServiceReady } from "../grove/readiness.ts";
import type { ServiceState } from "./restart.ts";

/**
 * Returns the state of each service that the PodCliqueSet of a graph runs. The function never reports a service as
 * stalled, because Grove does not report pods that cannot become ready.
 */
export function groveServiceStates(
  { spec }: DynamoGraphDeployment,
  observed: Pick<GroveObserved, "podCliqueSet" | "cliques" | "scalingGroups">,
): Map<string, ServiceState> {
  const { podCliqueSet: live } = observed;
  // The store omits the spec of a foreign PodCliqueSet, so the states of its services are unknown.
  if (!live?.spec) return new Map();
  const composition = compositionOf(live);
  return new Map(
    Object.entries(spec?.services ?? {}).flatMap(([key, { replicas = 1 }]) => {
      const [clique] = storedCliques(key, composition);
      if (!clique) return [];
      return [[key, {
        restartAt: clique.annotations?.[ANNOTATIONS.restartAt],
        isReady: isServiceReady(live, { key, replicas }, observed),
        hasStalled: false,
      }]];
    }),
  );
}
