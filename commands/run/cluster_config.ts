import { inClusterConfig, isInCluster } from "../../kube/auth/in_cluster.ts";
import type { ClusterConfig } from "../../kube/config.ts";
import { readEnv } from "../cli/permissions.ts";
import { UsageError } from "../cli/usage_error.ts";

/** Flags that select a cluster. Tests replace the functions that read environment variables and check files. */
export interface ClusterChoice {
  /** Value of `--kubeconfig`, a list of files like `$KUBECONFIG`; "" if not given. */
  kubeconfig: string;
  /** Value of `--context`; "" if not given. */
  context: string;
  /** Returns the value of an environment variable. The default reads the environment of this process. */
  env?: (name: string) => string | undefined;
  /** Returns whether a file exists. The default checks the file system. */
  exists?: (path: string) => boolean;
}

/**
 * Returns the address and credentials of the API server from the first available source: `--kubeconfig`, the
 * ServiceAccount of the pod, the files in `KUBECONFIG`, `~/.kube/config`. A process in a pod does not use the last
 * two sources.
 *
 * @throws if none of these sources is available, or the selected source is invalid
 */
export async function clusterConfig(choice: ClusterChoice): Promise<ClusterConfig> {
  const { context } = choice;
  const paths = kubeconfigPaths(choice);
  if (paths === undefined) return await inClusterConfig();
  const { kubeconfigConfig } = await import("../../kube/auth/kubeconfig.ts");
  return await kubeconfigConfig({ paths, ...(context && { context }) });
}

/** Returns the paths of the kubeconfig files; undefined if the operator uses the pod's ServiceAccount instead. */
export function kubeconfigPaths(
  { kubeconfig, context, env = readEnv, exists = isFile }: ClusterChoice,
): string[] | undefined {
  const list = (value: string) => value.split(":").filter((path) => path !== "");
  if (list(kubeconfig).length > 0) return list(kubeconfig);
  if (isInCluster(env)) {
    if (!context) return undefined;
    throw new UsageError(
      'Flag "--context" requires a kubeconfig, which a pod does not have by default: give --kubeconfig too',
    );
  }
  const listed = list(env("KUBECONFIG") ?? "");
  if (listed.length > 0) return listed;
  const home = env("HOME");
  const homeFile = home && `${home}/.kube/config`;
  if (homeFile && exists(homeFile)) return [homeFile];
  throw new Error(
    "Cannot find a cluster: the process does not run in a pod, KUBECONFIG is not set" +
      `${homeFile ? ` and "${homeFile}" does not exist` : ""}; give --kubeconfig FILE`,
  );
}

function isFile(path: string): boolean {
  if (Deno.permissions.querySync({ name: "read", path }).state !== "granted") return false;
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
