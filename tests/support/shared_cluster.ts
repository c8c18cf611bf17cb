import type { Cluster } from "../../devcluster/cluster.ts";
import { connectCluster } from "../../devcluster/connect_cluster.ts";

const name = Deno.env.get("DYNAMO_TEST_CLUSTER");

/** True if `deno task test` did not start this process. Deno then ignores the tests that need a control plane. */
export const noCluster: boolean = name === undefined;

/** Returns the control plane that `deno task test` started for all tests. It already contains the CRDs. */
export async function sharedCluster(): Promise<Cluster> {
  const cluster = name === undefined ? undefined : await connectCluster(name);
  if (cluster) return cluster;
  throw new Error(
    `Cannot reach the control plane "${
      name ?? ""
    }" of DYNAMO_TEST_CLUSTER: run the tests by \`deno task test\``,
  );
}

/** Creates a namespace, calls `body` with its name, and deletes the namespace afterwards. */
export async function inNamespace(
  cluster: Cluster,
  body: (namespace: string) => Promise<void>,
): Promise<void> {
  const namespace = `t-${crypto.randomUUID().slice(0, 8)}`;
  await cluster.kubectl(["create", "namespace", namespace]);
  try {
    await body(namespace);
  } finally {
    await cluster.kubectl(["delete", "namespace", namespace, "--wait=false"]);
  }
}
