import type { Cluster } from "../../devcluster/cluster.ts";
import { type Client, createClient } from "../../kube/client.ts";
import { kubeconfigConfig } from "../../kube/auth/kubeconfig.ts";
import { createTransport } from "../../kube/transport.ts";

/** Disposing a connection closes the HTTP connections of its client. */
export interface Connection extends Disposable {
  client: Client;
}

/** Returns a client with the administrator's credentials. Tests use this client to send the requests of users. */
export async function connectAdmin(cluster: Pick<Cluster, "kubeconfig">): Promise<Connection> {
  const config = await kubeconfigConfig({ paths: [cluster.kubeconfig] });
  const transport = createTransport(config, { userAgent: "tests" });
  return {
    client: createClient(transport, { fieldManager: "test-user" }),
    [Symbol.dispose]: () => transport.close(),
  };
}
