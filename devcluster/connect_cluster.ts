import { type Cluster, clusterOf } from "./cluster.ts";
import { endInstance } from "./instance/end.ts";
import { instancesRoot } from "./instance/folder.ts";
import { findRunning } from "./instance/record.ts";

/**
 * Finds a control plane that some other process has started; undefined when none of that name is
 * ready. Its `stop` ends it for everybody; it is not stopped by itself.
 */
export async function connectCluster(name: string): Promise<Cluster | undefined> {
  const record = await findRunning(await instancesRoot(), name);
  return record && clusterOf(record, () => endInstance(record.folder));
}
