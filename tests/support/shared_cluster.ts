import type { Cluster } from "../../devcluster/cluster.ts";
import { connectCluster } from "../../devcluster/connect_cluster.ts";

const name = Deno.env.get("DYNAMO_TEST_CLUSTER");

/** Whether tests that need the control plane of `deno task test` must be ignored. */
export const noCluster: boolean = name === undefined;

/** Connects to the control plane that all tests of a run share. The CRDs are installed there. */
export async function sharedCluster(): Promise<Cluster> {
  const cluster = name === undefined ? undefined : await connectCluster(name);
  if (cluster) return cluster;
  throw new Error(
    `Cannot reach the control plane "${
      name ?? ""
    }" of DYNAMO_TEST_CLUSTER: run the tests by \`deno task test\``,
  );
}

/** Runs `body` in a new namespace, and deletes the namespace afterwards. */
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
