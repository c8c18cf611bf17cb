// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals, assertRejects } from "@std/assert";
import { configMaps } from "../../kube/builtin.ts";
import { createClient } from "../../kube/client.ts";
import type { ClusterConfig } from "../../kube/config.ts";
import { isForbidden } from "../../kube/errors.ts";
import { inClusterConfig } from "../../kube/auth/in_cluster.ts";
import { kubeconfigConfig } from "../../kube/auth/kubeconfig.ts";
import { createTransport } from "../../kube/transport.ts";
import type { RequestRecord } from "../../kube/exchange.ts";
import { noCluster } from "../support/shared_cluster.ts";
import { withNamespace } from "./with_namespace.ts";

const rules = [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list"] }];

/** Lists ConfigMaps with the credentials of `config`, and returns the status codes of all requests that it sends. */
async function listAs(config: ClusterConfig, namespace: string): Promise<string[]> {
  const records: RequestRecord[] = [];
  const transport = createTransport(config, { onRequest: (record) => records.push(record) });
  try {
    await createClient(transport).list(configMaps, { namespace });
  } finally {
    transport.close();
  }
  return records.map(({ code }) => code);
}

Deno.test({
  name:
    "the ServiceAccount files of a pod authenticate a client with exactly the permissions of the ServiceAccount",
  ignore: noCluster,
  fn: () =>
    withNamespace(async ({ cluster, namespace }) => {
      const serviceAccount = await cluster.serviceAccount({ namespace, name: "op", rules });
      const { hostname, port } = new URL(cluster.server);
      const env = new Map([
        ["KUBERNETES_SERVICE_HOST", hostname],
        ["KUBERNETES_SERVICE_PORT", port],
      ]);
      const config = await inClusterConfig({
        folder: serviceAccount.directory,
        env: (name) => env.get(name),
      });
      assertEquals(config.namespace, namespace);
      assertEquals(await listAs(config, namespace), ["200"]);
      const transport = createTransport(config);
      const refused = await assertRejects(() =>
        createClient(transport).delete(configMaps, { namespace, name: "kube-root-ca.crt" })
      );
      transport.close();
      assert(isForbidden(refused));
    }),
});

Deno.test({
  name: "the client reads the token file again when the API server refuses the token",
  ignore: noCluster,
  fn: () =>
    withNamespace(async ({ cluster, namespace }) => {
      const serviceAccount = await cluster.serviceAccount({ namespace, name: "op", rules });
      const folder = await Deno.makeTempDir();
      try {
        for (const file of ["ca.crt", "namespace"]) {
          await Deno.copyFile(`${serviceAccount.directory}/${file}`, `${folder}/${file}`);
        }
        await Deno.writeTextFile(`${folder}/token`, serviceAccount.token.slice(0, -8) + "AAAAAAAA");
        const { hostname, port } = new URL(cluster.server);
        const env = (name: string) => name.endsWith("HOST") ? hostname : port;
        const config = await inClusterConfig({ folder, env });
        await Deno.writeTextFile(`${folder}/token`, serviceAccount.token);
        assertEquals(await listAs(config, namespace), ["401", "200"]);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    }),
});

Deno.test({
  name: "kubeconfig files authenticate by certificate and by token",
  ignore: noCluster,
  fn: () =>
    withNamespace(async ({ cluster, namespace }) => {
      const serviceAccount = await cluster.serviceAccount({ namespace, name: "op", rules });
      for (const path of [cluster.kubeconfig, serviceAccount.kubeconfig]) {
        const config = await kubeconfigConfig({ paths: [path] });
        assertEquals(config.server, cluster.server);
        assertEquals(await listAs(config, namespace), ["200"]);
      }
    }),
});
