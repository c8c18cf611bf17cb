import type { Kubectl } from "./kubectl.ts";
import type { Output } from "./output.ts";
import type { Steps } from "./steps.ts";

/** A demo. The first three steps always prepare the cluster, CRDs and operator; `run` performs all later steps. */
export interface Demo {
  /** Number of all steps, including the first three. */
  steps: number;
  operatorFlags: readonly string[];
  run(cluster: DemoCluster, context: DemoContext): Promise<void>;
}

export interface DemoCluster {
  readonly kubectl: Kubectl;
  /** Value of the environment variable KUBECONFIG for kubectl. */
  readonly kubeconfig: string;
  /** Folder for the files of the operator; only the user of this process can read the folder. */
  readonly folder: string;
  /** Folder of the kubectl program; undefined for an existing cluster, for which the demo uses kubectl on PATH. */
  readonly binFolder: string | undefined;
  /** Manifest files of the CRDs that the demo installed. */
  readonly crdFiles: readonly string[];
}

export interface DemoContext {
  output: Output;
  steps: Steps;
  /** Whether the cluster and the operator keep running after the demo. */
  keep: boolean;
  /** Aborted when this process receives a signal or when the operator exits. */
  abort: AbortController;
  /** Cleanup functions. Disposing of this stack stops the programs of the demo, and deletes its objects and files. */
  cleanup: AsyncDisposableStack;
}
