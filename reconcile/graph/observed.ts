import type { KubeObject } from "../../kube/object.ts";
import type { Observed } from "../apply/observed.ts";
import type { MpiObserved } from "../component/mpi_secret.ts";
import type { GroveObserved } from "../grove/observed.ts";
import type { ServedOrchestrators } from "../workload/orchestrator.ts";

/** The cluster state that the plan of a graph depends on. */
export interface GraphObserved extends Observed {
  readonly served: ServedOrchestrators;
  /** The PodCliqueSets of the graph, see {@linkcode podCliqueSetsOf}. */
  readonly podCliqueSets: readonly KubeObject[];
  /** State of the graph on Grove; absent unless the API server serves every Grove kind. */
  readonly grove?: GroveObserved;
  /** The MPI Secrets that a graph on Grove depends on; absent unless the API server serves every Grove kind. */
  readonly mpi?: MpiObserved;
  /**
   * Descriptions of the pods of the former orchestrator, and of the objects that may create such pods, see
   * {@linkcode formerPodsOf}. Absent if the plan does not depend on them.
   */
  readonly remains?: readonly string[];
}
