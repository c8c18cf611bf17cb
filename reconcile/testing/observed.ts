import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { observedFrom } from "../apply/observed.ts";
import type { ComponentObserved } from "../component/plan.ts";
import { scalingAdapters } from "../dynamo/resources.ts";
import type { GraphObserved } from "../graph/observed.ts";
import { NONE_SERVED } from "../workload/orchestrator.ts";

/** The part of the cluster state that a test sets. `parentUid` is the UID of the planned component or graph. */
export interface Live {
  live?: readonly KubeObject[];
  parentUid?: string | undefined;
  /** The optional kinds that the API server serves; none by default. */
  kinds?: readonly Resource<KubeObject>[];
}

/**
 * Returns the input of a component's plan. By default, the namespace is empty, and the API server serves no optional
 * kind.
 */
export function componentObserved(
  { live = [], parentUid, kinds = [], ...change }: Live & Partial<ComponentObserved> = {},
): ComponentObserved {
  return {
    ...observedFrom(live, parentUid, kinds),
    graphName: "",
    served: NONE_SERVED,
    pullSecrets: [],
    podServiceAccounts: [],
    hasServiceAccount: () => false,
    components: [],
    modelServices: [],
    ...change,
  };
}

/**
 * Returns the input of a graph's plan. By default, the namespace is empty, and scaling adapters are the only optional
 * kind that the API server serves.
 */
export function graphObserved(
  { live = [], parentUid, kinds = [scalingAdapters], ...change }: Live & Partial<GraphObserved> =
    {},
): GraphObserved {
  return {
    ...observedFrom(live, parentUid, kinds),
    served: NONE_SERVED,
    podCliqueSets: [],
    ...change,
  };
}
