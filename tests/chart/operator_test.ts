// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { startOperator } from "../../devcluster/operator_process.ts";
import type { Deployment } from "../../kube/builtin.ts";
import { connectAdmin } from "../support/admin_client.ts";
import { fullGraph } from "../support/graphs.ts";
import { sceneIn } from "../support/scene.ts";
import { bareGround, installCrdChart } from "./ground.ts";
import { operatorFlags } from "./operator_flags.ts";
import { graphs } from "../../reconcile/kinds.ts";

const NAMESPACE = "dynamo-system";
const ACCOUNT = "dynamo-platform-dynamo-operator-controller-manager";
/** The test's operator shares this machine's addresses with others. */
const ADDRESSES = /^--(metrics|health-probe)-bind-address=/;

Deno.test("an operator with the chart's account and flags brings a graph of every kind up", async () => {
  await using ground = await bareGround();
  const { cluster } = ground;
  await installCrdChart(ground);
  await ground.helm([
    ...["install", "dynamo-platform", "./platform/", "--namespace", NAMESPACE],
    "--create-namespace",
  ]);
  const deployment: Deployment = JSON.parse(
    await cluster.kubectl(["get", "deployment", ACCOUNT, "-n", NAMESPACE, "-o", "json"]),
  );
  const { user, kubeconfig } = await cluster.serviceAccount({
    namespace: NAMESPACE,
    name: ACCOUNT,
  });
  const logFile = `${cluster.folder}/logs/chart-operator.log`;
  const operator = await startOperator({
    kubeconfig,
    flags: operatorFlags(deployment).filter((flag) => !ADDRESSES.test(flag)),
    logFile,
  });
  try {
    using connection = await connectAdmin(cluster);
    const scene = sceneIn(connection.client, "default");
    await scene.apply(graphs, fullGraph("all"));
    await scene.untilState("all", "successful");
  } finally {
    assertEquals(await operator.stop(), 0);
  }
  const forbidden = (await cluster.audit.entries()).filter((entry) =>
    entry.user === user && entry.code === 403
  );
  assertEquals(forbidden.map(({ verb, uri }) => `${verb} ${uri}`), []);
  const lines = (await Deno.readTextFile(logFile)).split("\n");
  assertEquals(lines.filter((line) => /forbidden/i.test(line)), []);
});
