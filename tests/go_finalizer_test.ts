import { FINALIZER } from "../crds/labels.ts";
import { components, graphs } from "../reconcile/dynamo/resources.ts";
import { deleteNamespace } from "./support/delete_namespace.ts";
import { FINALIZED } from "./support/finalized_objects.ts";
import { frontend, graphOf } from "./support/graphs.ts";
import { createNamespace } from "./support/namespace_client.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";

Deno.test("the finalizer of the Go operator does not keep a namespace in Terminating", {
  ignore: noCluster,
}, async () => {
  await using env = await startTestEnvironment({ serviceAccount: "go-finalizer" });
  const kube = await createNamespace(env.client);
  const finalizers = [FINALIZER];
  const paused = { "nvidia.com/paused": "true" };

  for (const { kind, object } of FINALIZED) await kube.apply(kind, object);
  const graph = graphOf("paused", { Frontend: frontend() });
  await kube.apply(graphs, {
    ...graph,
    metadata: { name: "paused", finalizers, annotations: paused },
  });
  const solo = {
    apiVersion: components.apiVersion,
    kind: components.kind,
    metadata: { name: "solo", finalizers, annotations: paused },
    spec: frontend({ dynamoNamespace: "solo" }),
  };
  await kube.apply(components, solo);
  await deleteNamespace(env.client, kube.namespace);
});
