import type { KubeObject } from "../../kube/object.ts";
import { observedFrom } from "../apply/observed.ts";
import type { ComponentObserved } from "../component/plan.ts";
import type { GraphObserved } from "../graph/plan.ts";
import { NONE_SERVED } from "../workload/orchestrator.ts";

/** The live objects, and the UID of the parent that owns some of them. */
export interface Live {
  live?: readonly KubeObject[];
  parentUid?: string | undefined;
}

/** Returns the input of a component's plan. By default, the namespace is empty and no optional kind is served. */
export function componentObserved(
  { live = [], parentUid, ...change }: Live & Partial<ComponentObserved> = {},
): ComponentObserved {
  return {
    ...observedFrom(live, parentUid),
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

/** Returns the input of a graph's plan. By default, the namespace is empty and no optional kind is served. */
export function graphObserved(
  { live = [], parentUid, ...change }: Live & Partial<GraphObserved> = {},
): GraphObserved {
  return { ...observedFrom(live, parentUid), served: NONE_SERVED, podCliqueSets: [], ...change };
}
