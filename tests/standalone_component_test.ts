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
import { untilIdle } from "./support/operator_state.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";

function standalone(spec: ComponentSpec = {}): DynamoComponentDeployment {
  return {
    apiVersion: "nvidia.com/v1alpha1",
    kind: "DynamoComponentDeployment",
    metadata: { name: "component" },
    spec: worker({ dynamoNamespace: "mine", ...spec }),
  };
}

Deno.test("a component without a graph is reconciled", { ignore: noCluster }, async (t) => {
  await using env = await startTestEnvironment({ serviceAccount: "standalone" });
  const kube = await env.createNamespace();
  const available = { kind: components, name: "component", type: "Available" };
  const serviceAccountOf = async () => {
    const { spec } = await kube.get(deployments, "component");
    return spec?.template.spec?.serviceAccountName ?? "default";
  };

  await t.step(
    "the component becomes available with the ServiceAccount named default",
    async () => {
      await kube.apply(components, standalone());
      await untilCondition(kube, { ...available, status: "True" });
      assertEquals(await serviceAccountOf(), "default");
      assertEquals(await objectNamesIn(kube), [
        "Deployment/component",
        "DynamoComponentDeployment/component",
        "Service/component",
      ]);
    },
  );

  await t.step(
    "a ServiceAccount with the label for component pods is used from the next change of the pods",
    async () => {
      const account: ServiceAccount = {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name: "pods", labels: { "nvidia.com/dynamo-component-pod": "true" } },
      };
      await kube.apply(serviceAccounts, account);
      await untilIdle(env.operator);
      assertEquals(await serviceAccountOf(), "default");
      await kube.apply(components, standalone({ envs: [{ name: "A", value: "b" }] }));
      await eventually(async () => assertEquals(await serviceAccountOf(), "pods"));
      await untilCondition(kube, { ...available, status: "True" });
      await kube.delete(serviceAccounts, "pods");
      await eventually(async () => assertEquals(await serviceAccountOf(), "default"));
    },
  );

  await t.step("the status of the component names a mistake in the spec", async () => {
    const { dynamoNamespace: _missing, ...spec } = standalone().spec;
    await kube.apply(components, { ...standalone(), spec } as DynamoComponentDeployment);
    await untilCondition(kube, { ...available, status: "False" }, "spec.dynamoNamespace");
    await kube.apply(components, standalone({ multinode: { nodeCount: 2 } }));
    const texts = ["spec.multinode.nodeCount", "no multinode orchestrator available"];
    const component = await untilCondition(kube, { ...available, status: "False" }, ...texts);
    assertEquals(conditionOf(component, "Available")?.reason, "ValidationFailed");
    await kube.apply(components, standalone());
    await untilCondition(kube, { ...available, status: "True" });
  });

  await t.step("deleting the component deletes its children", async () => {
    await kube.delete(components, "component", { propagationPolicy: "Foreground" });
    await kube.untilGone(components, "component");
    assertEquals([...await kube.list(deployments), ...await kube.list(services)], []);
  });
});
