import { groveCrds } from "../../devcluster/addons/grove_crds.ts";
import { lws } from "../../devcluster/addons/lws.ts";
import { lwsCrds } from "../../devcluster/addons/lws_crds.ts";
import { volcanoCrds } from "../../devcluster/addons/volcano_crds.ts";
import type { Cluster } from "../../devcluster/cluster.ts";
import { startCluster } from "../../devcluster/start_cluster.ts";
import { podGroups } from "../../kube/optional_kinds.ts";
import type { Environment } from "../../reconcile/testing/environments.ts";
import { startScriptedGrove } from "./grove/scripted_grove.ts";
import { startGroveWebhooks } from "./grove/webhooks.ts";
import { installCrds } from "./installation.ts";
import type { NamespaceClient } from "./namespace_client.ts";
import { sharedCluster } from "./shared_cluster.ts";

/** A control plane with LeaderWorkerSets and Grove, if the test environment contains them. */
export interface EnvironmentCluster extends AsyncDisposable {
  cluster: Cluster;
  /** Simulates Grove in one namespace, if the environment contains Grove. */
  simulate(kube: NamespaceClient): AsyncDisposable;
}

/**
 * Starts a control plane with the optional kinds of the environment. LeaderWorkerSets have their real controller, and
 * Grove has simulated webhooks. If the environment has no optional kinds, returns the control plane that all tests
 * share.
 */
export async function startEnvironmentCluster(
  { optionalKinds, served }: Environment,
): Promise<EnvironmentCluster> {
  if (optionalKinds.length === 0) {
    const cluster = await sharedCluster();
    return { cluster, simulate: nothing, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  await using owned = new AsyncDisposableStack();
  const cluster = owned.use(
    await startCluster({
      // Installs the CRDs first, because a running garbage collector may need 30 s to notice a new CRD.
      async beforeControllers(cluster) {
        await installCrds(cluster);
        if (served.has("lws")) await lwsCrds(cluster);
        if (served.has("grove")) await groveCrds(cluster);
        if (optionalKinds.includes(podGroups)) await volcanoCrds(cluster);
      },
    }),
  );
  if (served.has("lws")) await lws(cluster);
  if (served.has("grove")) owned.use(await startGroveWebhooks(cluster));
  const kept = owned.move();
  return {
    cluster,
    simulate: served.has("grove") ? startScriptedGrove : nothing,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function nothing(): AsyncDisposable {
  return { [Symbol.asyncDispose]: () => Promise.resolve() };
}
