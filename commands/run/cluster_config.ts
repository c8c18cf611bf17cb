import type { ClusterConfig } from "../../kube/config.ts";
import { inClusterConfig } from "../../kube/auth/in_cluster.ts";
import { isInCluster } from "../../kube/auth/is_in_cluster.ts";
import { readEnv } from "../cli/read_env.ts";
import { UsageError } from "../cli/usage_error.ts";

/** Where to look for a cluster, and how the surroundings are looked at. */
export interface ClusterChoice {
  /** Value of `--kubeconfig`: files as in `$KUBECONFIG`; "" if it was not given. */
  kubeconfig: string;
  /** Value of `--context`; "" if it was not given. */
  context: string;
  /** Variables of the environment, none for those that may not be read; those of this process by default. */
  env?: (name: string) => string | undefined;
  /** Whether a file exists. */
  exists?: (path: string) => boolean;
}

/**
 * The API server to work with: that of `--kubeconfig`, else of the pod's account, else of the files that `KUBECONFIG`
 * lists, else of `~/.kube/config`. A pod never looks at the last two.
 *
 * @throws if there is none of them, or if one cannot be used
 */
export async function clusterConfig(choice: ClusterChoice): Promise<ClusterConfig> {
  const { context } = choice;
  const paths = kubeconfigPaths(choice);
  if (paths === undefined) return await inClusterConfig();
  const { kubeconfigConfig } = await import("../../kube/auth/kubeconfig.ts");
  return await kubeconfigConfig({ paths, ...(context && { context }) });
}

/** The kubeconfig files to read; undefined for the account of the pod. */
export function kubeconfigPaths(
  { kubeconfig, context, env = readEnv, exists = isFile }: ClusterChoice,
): string[] | undefined {
  const list = (value: string) => value.split(":").filter((path) => path !== "");
  if (list(kubeconfig).length > 0) return list(kubeconfig);
  if (isInCluster(env)) {
    if (!context) return undefined;
    throw new UsageError('Flag "--context" names a context of a kubeconfig: give --kubeconfig too');
  }
  const listed = list(env("KUBECONFIG") ?? "");
  if (listed.length > 0) return listed;
  const home = env("HOME");
  const preset = home && `${home}/.kube/config`;
  if (preset && exists(preset)) return [preset];
  throw new Error(
    "Cannot find a cluster: this is no pod, KUBECONFIG is not set" +
      `${preset ? ` and there is no "${preset}"` : ""}; give --kubeconfig FILE`,
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
