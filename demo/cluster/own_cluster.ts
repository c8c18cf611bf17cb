import { NameInUseError, startCluster } from "../../devcluster/start_cluster.ts";
import type { Cluster } from "../../devcluster/cluster.ts";
import { taskLine } from "../deno_command.ts";
import { KEPT_CLUSTER } from "../names.ts";
import { buildProgress } from "../view/build_progress.ts";
import type { Screen } from "../view/screen.ts";
import { accessCluster, type ClusterAccess } from "./cluster_access.ts";

/**
 * Boots a control plane on this machine, building it first where it is not cached. With `keep` it has the name of
 * the one that may outlive the demo. Throws when such a one exists already, or what keeps it from booting.
 *
 * @param furnish called when the API server is ready, before the controllers start
 */
export async function ownCluster(
  keep: boolean,
  screen: Screen,
  furnish: (access: ClusterAccess) => Promise<void>,
): Promise<ClusterAccess> {
  const name = keep ? KEPT_CLUSTER : `demo-${crypto.randomUUID().slice(0, 8)}`;
  let cluster: Cluster | undefined;
  let access: ClusterAccess | undefined;
  try {
    cluster = await startCluster({
      name,
      detached: keep,
      progress: buildProgress(),
      async beforeControllers({ folder, kubeconfig, program }) {
        access = await accessCluster({
          kubeconfig,
          program: program("kubectl"),
          folder,
          screen,
          end: async () => await cluster?.stop(),
        });
        await furnish(access);
      },
    });
  } catch (error) {
    if (!(error instanceof NameInUseError)) throw error;
    throw new Error(
      `Cannot start the control plane "${name}": an earlier demo left it up; ` +
        `end it with "${taskLine("cluster", "down", "--name", name)}"`,
    );
  }
  if (!access) {
    throw new Error(`Cannot use the control plane "${name}": its API server was not seen`);
  }
  return access;
}
