import type { Cluster } from "../../devcluster/cluster.ts";
import { connectCluster } from "../../devcluster/connect_cluster.ts";

const name = Deno.env.get("DYNAMO_TEST_CLUSTER");

/** For `ignore` of tests that need the control plane which `deno task test` boots. */
export const noCluster: boolean = name === undefined;

/** The control plane that all tests of a run share, with the CRDs installed. */
export async function sharedCluster(): Promise<Cluster> {
  const cluster = name === undefined ? undefined : await connectCluster(name);
  if (cluster) return cluster;
  throw new Error(
    `Cannot reach the control plane "${
      name ?? ""
    }" of DYNAMO_TEST_CLUSTER: run the tests by \`deno task test\``,
  );
}

/** Runs `body` in a namespace of its own, which is deleted afterwards. */
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
