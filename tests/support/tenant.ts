import type { Cluster } from "../../devcluster/cluster.ts";
import { components, graphs, partitionJobs } from "../../reconcile/dynamo/resources.ts";
import { connectAdmin, type Connection } from "./admin_client.ts";

/** Logs in as an account that is `admin` of one namespace, by Kubernetes' own role, and may write what Dynamo adds. */
export async function connectTenant(cluster: Cluster, namespace: string): Promise<Connection> {
  const name = "tenant";
  const { kubeconfig } = await cluster.serviceAccount({ namespace, name });
  const account = `--serviceaccount=${namespace}:${name}`;
  const inside = ["--namespace", namespace];
  const kinds = [graphs, components, partitionJobs].map(({ plural, group }) =>
    `${plural}.${group}`
  );
  await cluster.kubectl([
    ...["create", "role", "dynamo", ...inside, "--verb=*", `--resource=${kinds.join(",")}`],
  ]);
  await cluster.kubectl(["create", "rolebinding", "dynamo", ...inside, "--role=dynamo", account]);
  await cluster.kubectl([
    ...["create", "rolebinding", name, ...inside, "--clusterrole=admin", account],
  ]);
  return await connectAdmin({ kubeconfig });
}
