/** Tests an operator that a user starts outside a cluster with a kubeconfig. */
// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Cluster } from "../devcluster/cluster.ts";
import { startOperator } from "../devcluster/operator_process.ts";
import type { ServiceAccountAccess } from "../devcluster/service_account.ts";
import { graphs } from "../reconcile/dynamo/resources.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { frontend, graphOf } from "./support/graphs.ts";
import { operatorServiceAccount } from "./support/installation.ts";
import { createNamespace } from "./support/namespace_client.ts";
import { noCluster, sharedCluster } from "./support/shared_cluster.ts";

/** Source of a credential plugin. The first call prints an invalid token; all later calls print a valid token. */
const PLUGIN = `#!/bin/sh
cd "$(dirname "$0")" && echo run >> runs
[ "$(wc -l < runs)" = 1 ] && token=stale || token=$(cat token)
echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"'$token'"}}'
`;

Deno.test("the operator runs outside a cluster with any kubeconfig that kubectl accepts", {
  ignore: noCluster,
}, async (t) => {
  const cluster = await sharedCluster();
  const account = await operatorServiceAccount(cluster, "local");
  using admin = await connectAdmin(cluster);
  const kube = await createNamespace(admin.client);
  const files = await kubeconfigFiles(cluster, account);
  using _ = { [Symbol.dispose]: () => Deno.removeSync(files.folder, { recursive: true }) };

  for (const context of ["certificate", "token", "token-file", "exec"]) {
    await t.step(`with the context "${context}"`, async () => {
      const logFile = `${cluster.folder}/logs/local-${context}.log`;
      const operator = await startOperator({
        // For the context `certificate`, the variable KUBECONFIG names the files. For all other contexts, the flag
        // --kubeconfig names them.
        ...(context === "certificate"
          ? { env: { KUBECONFIG: files.list } }
          : { kubeconfig: files.list }),
        context,
        permissions: ["-P=binary"],
        logFile,
      });
      try {
        await kube.apply(graphs, graphOf(context, { Frontend: frontend() }));
        await kube.untilState(context, "successful");
        await kube.delete(graphs, context);
        await kube.untilGone(graphs, context);
      } finally {
        assertEquals(await operator.stop(), 0, await Deno.readTextFile(logFile));
      }
    });
  }
  assertEquals(await Deno.readTextFile(`${files.folder}/runs`), "run\nrun\n");
});

/**
 * Writes two kubeconfig files: one with the cluster, one with the user entries and the contexts. The operator must
 * resolve the relative paths in each file against the folder of that file.
 */
async function kubeconfigFiles(
  cluster: Cluster,
  { token, user }: Pick<ServiceAccountAccess, "token" | "user">,
): Promise<{ folder: string; list: string }> {
  const folder = await Deno.makeTempDir({ prefix: "kubeconfig-" });
  const write = (file: string, text: string, mode = 0o600) =>
    Deno.writeTextFile(`${folder}/${file}`, text, { mode });
  for (const file of ["ca.crt", "admin.crt", "admin.key"]) {
    await Deno.copyFile(`${cluster.folder}/pki/${file}`, `${folder}/${file}`);
  }
  await write("token", token);
  await write("plugin.sh", PLUGIN, 0o700);
  const certificate = { "client-certificate": "admin.crt", "client-key": "admin.key" };
  const users = {
    // Requests with the administrator's certificate impersonate the operator, so they have only its permissions.
    certificate: { ...certificate, as: user },
    token: { token },
    "token-file": { tokenFile: "token" },
    exec: {
      exec: {
        apiVersion: "client.authentication.k8s.io/v1",
        command: "./plugin.sh",
        interactiveMode: "Never",
        provideClusterInfo: true,
      },
    },
  };
  const entry = { server: cluster.server, "certificate-authority": "ca.crt" };
  await write("cluster.json", JSON.stringify({ clusters: [{ name: "test", cluster: entry }] }));
  await write(
    "users.json",
    JSON.stringify({
      users: Object.entries(users).map(([name, user]) => ({ name, user })),
      contexts: Object.keys(users).map((name) => ({
        name,
        context: { cluster: "test", user: name },
      })),
    }),
  );
  return { folder, list: `${folder}/cluster.json:${folder}/users.json` };
}
