// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { DynamoComponentDeployment } from "../crds/kinds/component.ts";
import type { ComponentSpec } from "../crds/kinds/component_spec.ts";
import { deployments, type ServiceAccount, serviceAccounts, services } from "../kube/builtin.ts";
import { components } from "../reconcile/dynamo/resources.ts";
import { conditionOf, untilCondition } from "./support/conditions.ts";
import { objectNamesIn } from "./support/namespace_objects.ts";
import { eventually } from "./support/eventually.ts";
import { worker } from "./support/graphs.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";

function solo(spec: ComponentSpec = {}): DynamoComponentDeployment {
  return {
    apiVersion: "nvidia.com/v1alpha1",
    kind: "DynamoComponentDeployment",
    metadata: { name: "solo" },
    spec: worker({ dynamoNamespace: "mine", ...spec }),
  };
}

Deno.test("a component works without a graph", { ignore: noCluster }, async (t) => {
  await using env = await startTestEnvironment({ serviceAccount: "standalone" });
  const kube = await env.createNamespace();
  const available = { kind: components, name: "solo", type: "Available" };
  const accountOf = async () => {
    const { spec } = await kube.get(deployments, "solo");
    return spec?.template.spec?.serviceAccountName ?? "default";
  };

  await t.step("it becomes available, under the namespace's default account", async () => {
    await kube.apply(components, solo());
    await untilCondition(kube, { ...available, status: "True" });
    assertEquals(await accountOf(), "default");
    assertEquals(await objectNamesIn(kube), [
      "Deployment/solo",
      "DynamoComponentDeployment/solo",
      "Service/solo",
    ]);
  });

  await t.step(
    "it takes the account that is marked for component pods, once there is one",
    async () => {
      const account: ServiceAccount = {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name: "pods", labels: { "nvidia.com/dynamo-component-pod": "true" } },
      };
      await kube.apply(serviceAccounts, account);
      await eventually(async () => assertEquals(await accountOf(), "pods"));
      await untilCondition(kube, { ...available, status: "True" });
      await kube.delete(serviceAccounts, "pods");
      await eventually(async () => assertEquals(await accountOf(), "default"));
    },
  );

  await t.step("it says what is wrong with it", async () => {
    const { dynamoNamespace: _missing, ...spec } = solo().spec;
    await kube.apply(components, { ...solo(), spec } as DynamoComponentDeployment);
    await untilCondition(kube, { ...available, status: "False" }, "spec.dynamoNamespace");
    await kube.apply(components, solo({ multinode: { nodeCount: 2 } }));
    const texts = ["spec.multinode.nodeCount", "no multinode orchestrator available"];
    const component = await untilCondition(kube, { ...available, status: "False" }, ...texts);
    assertEquals(conditionOf(component, "Available")?.reason, "ValidationFailed");
    await kube.apply(components, solo());
    await untilCondition(kube, { ...available, status: "True" });
  });

  await t.step("it takes its children with it", async () => {
    await kube.delete(components, "solo", { propagationPolicy: "Foreground" });
    await kube.untilGone(components, "solo");
    assertEquals([...await kube.list(deployments), ...await kube.list(services)], []);
  });
});
