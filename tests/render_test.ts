// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
// @ts-types="../types/std/yaml.d.ts"
import { parse } from "@std/yaml";
import type { KubeObject } from "../kube/object.ts";
import { graphs } from "../reconcile/dynamo/resources.ts";
import { eventually } from "./support/eventually.ts";
import { fullGraph } from "./support/graphs.ts";
import { PLANNER_ROLE } from "./support/installation.ts";
import { untilIdle } from "./support/operator_state.ts";
import { addPlannerRole } from "./support/planner_role.ts";
import { runRender } from "./support/render_command.ts";
import { assertRendered, writtenHashes } from "./support/rendered_objects.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";

const EXAMPLES = new URL("../examples/", import.meta.url);

Deno.test("render prints exactly the manifests that the operator applies", {
  ignore: noCluster,
}, async (t) => {
  await using env = await startTestEnvironment({ serviceAccount: "render" });
  await addPlannerRole(env.client);
  const flags = [`--planner-cluster-role-name=${PLANNER_ROLE}`];
  const example = async (name: string) =>
    parse(await Deno.readTextFile(new URL(name, EXAMPLES)), { schema: "core" }) as KubeObject;
  const samples = [
    fullGraph("full"),
    await example("sglang-disagg.yaml"),
    await example("vllm-with-cache.yaml"),
  ];
  for (const graph of samples) {
    const { name } = graph.metadata;
    await t.step(`for the graph ${name}`, async () => {
      const kube = await env.createNamespace();
      const args = ["-f", "-", "-n", kube.namespace, ...flags];
      const yaml = await runRender(args, JSON.stringify(graph));
      await kube.apply(graphs, graph);
      await eventually(() => assertRendered(kube, yaml));
      await untilIdle(env.operator);
      await assertRendered(kube, yaml);
      assertEquals(Object.keys(await writtenHashes(kube)).length >= 8, true);

      const diff = await runRender([
        ...["--diff", `--kubeconfig=${env.cluster.kubeconfig}`, "-n", kube.namespace, ...flags],
      ]);
      assertStringIncludes(diff, `${graphs.kind} "${kube.namespace}/${name}": no pod restarts\n`);
      assertEquals(diff.split("\n").filter((line) => line.startsWith("  ")), []);
    });
  }
});
