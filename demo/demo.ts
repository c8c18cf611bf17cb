import type { Kubectl } from "./kubectl.ts";
import type { Output } from "./output.ts";
import type { Steps } from "./steps.ts";

/** A demo: its steps after the cluster, the CRDs and the operator are ready. */
export interface Demo {
  /** Number of all steps, the first three included. */
  steps: number;
  operatorFlags: readonly string[];
  run(cluster: DemoCluster, context: DemoContext): Promise<void>;
}

/** The cluster in which the demo runs. */
export interface DemoCluster {
  readonly kubectl: Kubectl;
  /** Value of the variable KUBECONFIG. */
  readonly kubeconfig: string;
  /** Folder for the files of the operator; only this user can read it. */
  readonly folder: string;
  /** Folder of kubectl; undefined in a cluster of the user, where kubectl is on PATH. */
  readonly binFolder: string | undefined;
  /** Manifest files of the CRDs that the demo installed. */
  readonly crdFiles: readonly string[];
}

export interface DemoContext {
  output: Output;
  steps: Steps;
  /** Whether the cluster and the operator stay when the demo ends. */
  keep: boolean;
  /** Aborted by a signal to this process, and when the operator exits. */
  abort: AbortController;
  /** Cleans up when the demo ends. */
  cleanup: AsyncDisposableStack;
}
