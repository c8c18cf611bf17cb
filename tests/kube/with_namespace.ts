import type { Cluster } from "../../devcluster/cluster.ts";
import type { Client } from "../../kube/client.ts";
import { connectAdmin } from "../support/admin_client.ts";
import { inNamespace, sharedCluster } from "../support/shared_cluster.ts";

export interface KubeTestContext {
  cluster: Cluster;
  client: Client;
  namespace: string;
}

/** Creates a namespace on the shared control plane, and runs `body` with its name and an administrator's client. */
export async function withNamespace(
  body: (context: KubeTestContext) => Promise<void>,
): Promise<void> {
  const cluster = await sharedCluster();
  using connection = await connectAdmin(cluster);
  await inNamespace(cluster, async (namespace) => {
    await body({ cluster, client: connection.client, namespace });
  });
}

export function configMap(namespace: string, name: string, data: Record<string, string>) {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data };
}
