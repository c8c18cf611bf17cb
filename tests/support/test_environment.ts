import type { Cluster } from "../../devcluster/cluster.ts";
import { namespaces } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import { connectAdmin } from "./admin_client.ts";
import { openScene, type Scene } from "./namespace_client.ts";
import { sharedCluster } from "./shared_cluster.ts";
import { startTestOperator, type TestOperator } from "./test_operator.ts";

/** Where stories are played: a control plane, an operator, and as many namespaces as are asked for. */
export interface Stage extends AsyncDisposable {
  cluster: Cluster;
  client: Client;
  operator: TestOperator;
  /** Makes a namespace, which goes with the stage; of a random name when none is given. */
  scene(name?: string): Promise<Scene>;
}

export interface StageOptions {
  /** Name of the operator's account: the name of the story. */
  account: string;
  /** Further flags of `dynamo-operator run`. */
  flags?: string[];
  /** The shared control plane when absent. */
  cluster?: Cluster;
}

/** Starts an operator of one's own; only one may act on a control plane at a time. */
export async function setStage(options: StageOptions): Promise<Stage> {
  await using owned = new AsyncDisposableStack();
  const cluster = options.cluster ?? await sharedCluster();
  const { client } = owned.use(await connectAdmin(cluster));
  const operator = owned.use(await startTestOperator(cluster, options));
  const kept = owned.move();
  return {
    cluster,
    client,
    operator,
    async scene(name) {
      const scene = await openScene(client, name);
      // Deleted while the operator still runs: it must bear that too.
      kept.defer(() => client.delete(namespaces, { name: scene.namespace }));
      return scene;
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
