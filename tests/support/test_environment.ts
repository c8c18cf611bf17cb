import type { Cluster } from "../../devcluster/cluster.ts";
import { namespaces } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import { connectAdmin } from "./admin_client.ts";
import { createNamespace, type NamespaceClient } from "./namespace_client.ts";
import { sharedCluster } from "./shared_cluster.ts";
import { startTestOperator, type TestOperator } from "./test_operator.ts";

/** A control plane, an administrator's client for it, and a running operator. */
export interface TestEnvironment extends AsyncDisposable {
  cluster: Cluster;
  client: Client;
  operator: TestOperator;
  /** Creates a namespace, with a random name by default. Disposing the environment deletes the namespace. */
  createNamespace(name?: string): Promise<NamespaceClient>;
}

export interface TestEnvironmentOptions {
  /** Name of the operator's ServiceAccount, unique to the test. */
  serviceAccount: string;
  flags?: string[];
  /** The control plane; default: the control plane that all tests share. */
  cluster?: Cluster;
}

/** Starts a cluster-wide operator. At most one cluster-wide operator may run on a control plane at a time. */
export async function startTestEnvironment(
  options: TestEnvironmentOptions,
): Promise<TestEnvironment> {
  await using owned = new AsyncDisposableStack();
  const cluster = options.cluster ?? await sharedCluster();
  const { client } = owned.use(await connectAdmin(cluster));
  const operator = owned.use(await startTestOperator(cluster, options));
  const kept = owned.move();
  return {
    cluster,
    client,
    operator,
    async createNamespace(name) {
      const kube = await createNamespace(client, name);
      // The operator still runs when the namespace is deleted, so each test also covers that deletion.
      kept.defer(() => client.delete(namespaces, { name: kube.namespace }));
      return kube;
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
