import type { Cluster } from "../../devcluster/cluster.ts";
import { createClient } from "../../kube/client.ts";
import { kubeconfigConfig } from "../../kube/auth/kubeconfig.ts";
import { createTransport } from "../../kube/transport.ts";
import { createMetrics } from "../../process/metrics.ts";
import { createManager } from "../../reconcile/engine/manager.ts";
import { addController } from "../../reconcile/engine/reconcile.ts";
import { modelKinds } from "../../reconcile/model/children.ts";
import { modelContext } from "../../reconcile/model/model_context.ts";
import { modelKind } from "../../reconcile/model/model_kind.ts";
import type { Send } from "../../reconcile/model/worker_api.ts";
import { operatorServiceAccount } from "../support/installation.ts";

/**
 * Runs the controller of models in this process, with the permissions of a namespace-scoped operator. The pods of the
 * test run no program, so `send` replaces the HTTP requests to them.
 */
export async function startModelOperator(
  cluster: Cluster,
  { namespace, send }: { namespace: string; send: Send },
): Promise<AsyncDisposable> {
  const { kubeconfig } = await operatorServiceAccount(cluster, "model-operator", namespace);
  const config = await kubeconfigConfig({ paths: [kubeconfig] });
  const transport = createTransport(config, { userAgent: "model-operator" });
  const manager = createManager({
    client: createClient(transport),
    metrics: createMetrics(),
    namespace,
    instance: "test",
  });
  const kinds = manager.watch(modelKinds());
  addController(manager, modelKind(modelContext(manager, kinds, send)), { kinds, workers: 2 });
  const stop = new AbortController();
  const running = manager.run(stop.signal);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
      transport.close();
    },
  };
}
