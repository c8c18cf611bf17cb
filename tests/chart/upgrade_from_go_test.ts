// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Deployment } from "../../kube/builtin.ts";
import { installGoRelease } from "./go_release.ts";
import { installCrdChart, startChartCluster } from "./chart_cluster.ts";

const UPGRADE = ["upgrade", "dynamo-platform", "./platform/", "--namespace", "dynamo-system"];

Deno.test("a release of NVIDIA's chart is upgraded in place, and keeps its NATS if it is annotated", async () => {
  await using chartCluster = await startChartCluster();
  const { cluster } = chartCluster;
  const names = async (...args: string[]) =>
    (await cluster.kubectl(["get", ...args, "-n", "dynamo-system", "-o", "name"])).trim()
      .split("\n");
  await installCrdChart(chartCluster);
  await installGoRelease(chartCluster);

  const output = await chartCluster.refusal(UPGRADE);
  assertStringIncludes(
    output,
    'Cannot upgrade release "dynamo-platform": the upgrade would delete nats',
  );
  const command = /^\s+kubectl (annotate .*)$/m.exec(output)?.[1] ?? "";
  await cluster.kubectl(command.split(" "));

  await chartCluster.helm([...UPGRADE, "--wait", "--timeout", "60s"]);
  assertEquals(await names("statefulset"), ["statefulset.apps/dynamo-platform-nats"]);
  assertEquals((await names("configmap")).includes("configmap/dynamo-platform-nats-config"), true);
  assertEquals(await names("deployment"), [
    "deployment.apps/dynamo-platform-dynamo-operator-controller-manager",
  ]);
  const deployment: Deployment = JSON.parse(
    await cluster.kubectl([
      ...["get", "deployment", "dynamo-platform-dynamo-operator-controller-manager"],
      ...["-n", "dynamo-system", "-o", "json"],
    ]),
  );
  assertEquals(
    deployment.spec?.template.spec?.containers.map(({ name, image }) => `${name} ${image}`),
    ["manager dynamo-operator:0.1.0"],
  );
});
