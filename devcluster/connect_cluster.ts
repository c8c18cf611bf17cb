import { type Cluster, clusterOf } from "./cluster.ts";
import { instancesRoot } from "./instance/folder.ts";
import { endInstance, findRunning } from "./instance/instance.ts";

/**
 * Returns a control plane that another process started, or undefined if no ready control plane has this name. The
 * control plane keeps running when this process exits. Its method `stop` stops it for all processes.
 */
export async function connectCluster(name: string): Promise<Cluster | undefined> {
  const root = await instancesRoot();
  const record = await findRunning(root, name);
  return record && clusterOf(record, () => endInstance(root, name));
}
