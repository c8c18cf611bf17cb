import { configMaps } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import type { KubeObject } from "../../kube/object.ts";
import { connectAdmin } from "./admin_client.ts";
import { inNamespace, sharedCluster } from "./shared_cluster.ts";

/**
 * Creates a ConfigMap in a new namespace, and calls `body` with this ConfigMap as the parent for children. Deletes the
 * namespace afterwards.
 */
export async function withParent(
  body: (client: Client, parent: KubeObject, namespace: string) => Promise<void>,
): Promise<void> {
  const cluster = await sharedCluster();
  using admin = await connectAdmin(cluster);
  await inNamespace(cluster, async (namespace) => {
    const parent = await admin.client.create(configMaps, {
      apiVersion: configMaps.apiVersion,
      kind: configMaps.kind,
      metadata: { name: "parent", namespace },
    });
    await body(admin.client, parent, namespace);
  });
}
