// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Cluster } from "../../devcluster/cluster.ts";
import { graphs } from "../../reconcile/dynamo/resources.ts";
import { connectAdmin } from "../support/admin_client.ts";
import { frontend, graphOf, worker } from "../support/graphs.ts";
import { operatorServiceAccount } from "../support/installation.ts";
import { createNamespace } from "../support/namespace_client.ts";
import { noCluster, sharedCluster } from "../support/shared_cluster.ts";
import { startBundle } from "./bundle_operator.ts";
import { type Bundle, compileBundle } from "./compile_bundle.ts";
import { canSimulatePod, commandInPod } from "./simulated_pod.ts";

const noPods = noCluster || !await canSimulatePod();
if (!noCluster && noPods) {
  console.log(
    "SKIPPED the test of the bundle in a simulated pod: unshare(1) cannot create a mount namespace on this machine",
  );
}

let making: Promise<Bundle> | undefined;

/** Compiles a bundle without @kubernetes/client-node at the first call. All later calls return the same bundle. */
function compiledBundle(cluster: Cluster): Promise<Bundle> {
  return making ??= (async () => {
    const made = await compileBundle(`${cluster.folder}/binary-${crypto.randomUUID().slice(0, 8)}`);
    await withoutClientNode(made.folder);
    return made;
  })();
}

/** Removes the file of the bundle that contains @kubernetes/client-node, so that loading this library fails. */
async function withoutClientNode(folder: string) {
  const texts = await Promise.all(
    [...Deno.readDirSync(folder)].filter(({ name }) => name.endsWith(".js"))
      .map(async ({ name }) => [name, await Deno.readTextFile(`${folder}/${name}`)] as const),
  );
  const holders = texts.filter(([, text]) => text.includes("makeApiClient"));
  assertEquals(
    holders.length,
    1,
    `these files contain client-node: ${holders.map(([name]) => name)}`,
  );
  await Deno.remove(`${folder}/${holders[0]?.[0]}`);
}

Deno.test(
  "the CRDs that the binary prints can be applied",
  { ignore: noCluster },
  async () => {
    const cluster = await sharedCluster();
    const { command } = await compiledBundle(cluster);
    const [program = "", ...args] = [...command, "crds"];
    const { success, stdout } = await new Deno.Command(program, { args }).output();
    assert(success);
    const manifests = new TextDecoder().decode(stdout);
    const output = await cluster.kubectl(["apply", "-f", "-"], manifests);
    const lines = output.trim().split("\n");
    assertEquals(lines.length, manifests.split(/^---$/m).length);
    for (const line of lines) {
      assertMatch(line, /^customresourcedefinition\S+ unchanged$/);
    }
  },
);

Deno.test("the binary's code runs with only the files of a pod's ServiceAccount", {
  ignore: noPods,
}, async () => {
  const cluster = await sharedCluster();
  const { command } = await compiledBundle(cluster);
  using admin = await connectAdmin(cluster);
  const { directory } = await operatorServiceAccount(cluster, "in-pod");
  const { hostname, port } = new URL(cluster.server);
  await using operator = await startBundle(cluster, commandInPod(directory, [...command, "run"]), {
    KUBERNETES_SERVICE_HOST: hostname,
    KUBERNETES_SERVICE_PORT: port,
  });
  const kube = await createNamespace(admin.client);
  await kube.apply(graphs, graphOf("chat", { Frontend: frontend(), Worker: worker() }));
  await kube.untilState("chat", "successful");
  await kube.delete(graphs, "chat");
  await kube.untilGone(graphs, "chat");
  assertEquals(await operator.stop(), 0, await operator.log());
  assertMatch(await operator.log(), /Stopped[^\n]*\n$/);
});

Deno.test("the binary's code runs outside a cluster with an exec plugin", {
  ignore: noCluster,
}, async () => {
  const cluster = await sharedCluster();
  const { command, folder } = await compiledBundle(cluster);
  const { token } = await operatorServiceAccount(cluster, "outside");
  const path = `${folder}/kubeconfig`;
  await Deno.writeTextFile(path, await withExecPlugin(cluster, token), { mode: 0o600 });
  const outside = [...command, "run", `--kubeconfig=${path}`];
  await using operator = await startBundle(cluster, outside);
  assertEquals(await operator.stop(), 0, await operator.log());
});

/** Returns a copy of the administrator's kubeconfig. Its user entry runs an exec plugin that returns `token`. */
async function withExecPlugin(cluster: Cluster, token: string): Promise<string> {
  const args = ["config", "view", "--flatten", "--minify", "-o", "json"];
  const config = JSON.parse(await cluster.kubectl(args));
  const answer = JSON.stringify({ status: { token } });
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1",
    command: "sh",
    args: ["-c", `echo '${answer}'`],
    interactiveMode: "Never",
  };
  for (const entry of config.users) entry.user = { exec };
  return JSON.stringify(config);
}
