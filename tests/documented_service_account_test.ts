// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertMatch } from "@std/assert";
import type { Cluster } from "../devcluster/cluster.ts";
import { startOperator } from "../devcluster/operator_process.ts";
import { graphs } from "../reconcile/dynamo/resources.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { frontend, graphOf } from "./support/graphs.ts";
import { createNamespace } from "./support/namespace_client.ts";
import { noCluster, sharedCluster } from "./support/shared_cluster.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const FIRST = "kubectl apply -f examples/operator-account.yaml";
const START = "npx -y deno@2.9.6 task start --kubeconfig operator.kubeconfig ";

Deno.test("the documented commands create a ServiceAccount with which the operator works", {
  ignore: noCluster,
}, async () => {
  const cluster = await sharedCluster();
  const folder = await Deno.makeTempDir();
  using _ = { [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }) };
  await Deno.symlink(`${ROOT}examples`, `${folder}/examples`);

  const lines = await documentedLines("docs/install.md", FIRST);
  const start = lines.pop() ?? "";
  await runLines(cluster, folder, lines);
  assertEquals(start.slice(0, START.length), START);
  assertMatch(
    await Deno.readTextFile(`${ROOT}deno.json`),
    /"start": ".* deno run --no-prompt .* -P=binary main.ts run"/,
  );

  const logFile = `${cluster.folder}/logs/documented.log`;
  const operator = await startOperator({
    kubeconfig: `${folder}/operator.kubeconfig`,
    flags: start.slice(START.length).split(" "),
    permissions: ["-P=binary"],
    logFile,
  });
  try {
    using admin = await connectAdmin(cluster);
    const kube = await createNamespace(admin.client);
    await kube.apply(graphs, graphOf("documented", { Frontend: frontend() }));
    await kube.untilState("documented", "successful");
    await kube.delete(graphs, "documented");
    await kube.untilGone(graphs, "documented");
  } finally {
    assertEquals(await operator.stop(), 0, await Deno.readTextFile(logFile));
  }
});

/** Runs a shell script, in which kubectl uses the administrator's kubeconfig. Fails if a line fails. */
async function runLines(cluster: Cluster, folder: string, lines: string[]): Promise<void> {
  const bin = cluster.program("kubectl").replace(/\/kubectl$/, "");
  const { success, stderr } = await new Deno.Command("sh", {
    args: ["-euc", lines.join("\n")],
    cwd: folder,
    env: { KUBECONFIG: cluster.kubeconfig, PATH: `${bin}:${Deno.env.get("PATH") ?? ""}` },
  }).output();
  assertEquals(success, true, new TextDecoder().decode(stderr));
}

/**
 * Returns the lines of an indented code block in a Markdown file, from the line `first` to the end of the block. Lines
 * that end with a backslash are joined with the next line.
 */
async function documentedLines(file: string, first: string): Promise<string[]> {
  const text = await Deno.readTextFile(`${ROOT}${file}`);
  const lines = text.replaceAll(/\\\n\s*/g, "").split("\n");
  const start = lines.indexOf(`    ${first}`);
  if (start < 0) throw new Error(`Cannot find the line "${first}" in "${file}"`);
  const rest = lines.slice(start);
  const end = rest.findIndex((line) => !line.startsWith("    "));
  return rest.slice(0, end < 0 ? undefined : end).map((line) => line.trim());
}
