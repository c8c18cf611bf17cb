import type { Cluster } from "../../devcluster/cluster.ts";
import { type Client, createClient } from "../../kube/client.ts";
import { kubeconfigConfig } from "../../kube/auth/kubeconfig.ts";
import { createTransport } from "../../kube/transport.ts";

/** A client of the API server. The end of the scope closes its connections. */
export interface Connection extends Disposable {
  client: Client;
}

/** Connects as the administrator, whose requests stand for those of a user. */
export async function connectAdmin(cluster: Pick<Cluster, "kubeconfig">): Promise<Connection> {
  const config = await kubeconfigConfig({ paths: [cluster.kubeconfig] });
  const transport = createTransport(config, { userAgent: "tests" });
  return {
    client: createClient(transport, { fieldManager: "test-user" }),
    [Symbol.dispose]: () => transport.close(),
  };
}
