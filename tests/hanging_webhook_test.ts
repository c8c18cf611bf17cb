// @ts-types="../types/std/assert.d.ts"
import { assert } from "@std/assert";
import { writesOf } from "../devcluster/audit_entry.ts";
import type { Cluster } from "../devcluster/cluster.ts";
import { graphs } from "../reconcile/dynamo/resources.ts";
import { frontend, graphOf } from "./support/graphs.ts";
import { timestampMs } from "./support/handovers.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";

/** Default timeout of an admission webhook. */
const WEBHOOK_TIMEOUT_MS = 10_000;

/** Accepts connections on a free port and never responds. */
function hangingListener() {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections: Deno.Conn[] = [];
  const accepting = (async () => {
    for await (const connection of listener) connections.push(connection);
  })();
  return {
    port: listener.addr.port,
    async [Symbol.asyncDispose]() {
      listener.close();
      connections.forEach((connection) => connection.close());
      await accepting;
    },
  };
}

/** Registers an admission webhook for new Deployments of one namespace; the API server ignores its failures. */
async function registerWebhook(cluster: Cluster, namespace: string, port: number) {
  const name = `hanging-${namespace}`;
  const manifest = {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name },
    webhooks: [{
      name: "hanging.example.com",
      clientConfig: { url: `https://127.0.0.1:${port}/` },
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
      rules: [{
        apiGroups: ["apps"],
        apiVersions: ["v1"],
        operations: ["CREATE"],
        resources: ["deployments"],
      }],
      failurePolicy: "Ignore",
      sideEffects: "None",
      admissionReviewVersions: ["v1"],
    }],
  };
  await cluster.kubectl(["create", "-f", "-"], JSON.stringify(manifest));
  const remove = async () =>
    void await cluster.kubectl(["delete", "validatingwebhookconfiguration", name]);
  return { [Symbol.asyncDispose]: remove };
}

Deno.test("an admission webhook that does not respond delays a write, but does not prevent it", {
  ignore: noCluster,
}, async () => {
  await using environment = await startTestEnvironment({ serviceAccount: "hanging-webhook" });
  const { cluster, operator } = environment;
  const kube = await environment.createNamespace();
  await using listener = hangingListener();
  await using _webhook = await registerWebhook(cluster, kube.namespace, listener.port);
  const mark = await cluster.audit.mark();
  await kube.apply(graphs, graphOf("chat", { Frontend: frontend({ replicas: 0 }) }));
  await kube.untilState("chat", "successful");
  const writes = writesOf(operator.user, await cluster.audit.entries(mark))
    .filter(({ namespace, resource }) =>
      namespace === kube.namespace && resource === "deployments"
    );
  const durations = writes.map(({ receivedAt, completedAt }) =>
    timestampMs(completedAt) - timestampMs(receivedAt)
  );
  const [first] = writes;
  assert(first && first.code < 300, `the first write failed: ${JSON.stringify(writes)}`);
  assert(durations.some((ms) => ms >= WEBHOOK_TIMEOUT_MS), `no write was delayed: ${durations}`);
});
