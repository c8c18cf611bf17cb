import { type Cluster, clusterOf } from "./cluster.ts";
import { instancesRoot } from "./instance/folder.ts";
import { endInstance, findRunning } from "./instance/instance.ts";

/**
 * Returns a control plane that another process started; undefined if no control plane with this name is ready. The
 * control plane outlives this process; the method `stop` stops it for all processes.
 */
export async function connectCluster(name: string): Promise<Cluster | undefined> {
  const root = await instancesRoot();
  const record = await findRunning(root, name);
  return record && clusterOf(record, () => endInstance(root, name));
}
