// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { deployments, services } from "../kube/builtin.ts";
import { graphs } from "../reconcile/dynamo/resources.ts";
import { modelServiceName } from "../reconcile/dynamo/names.ts";
import { untilIdle } from "./support/operator_state.ts";
import { objectNamesIn } from "./support/namespace_objects.ts";
import { eventually } from "./support/eventually.ts";
import { fullGraph, MODEL } from "./support/graphs.ts";
import { addPlannerRole } from "./support/planner_role.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";

const OTHER_MODEL = "acme/other";
const DISCOVERY = [
  "Role/full-k8s-service-discovery-role",
  "RoleBinding/full-k8s-service-discovery-binding",
  "ServiceAccount/full-k8s-service-discovery",
];

interface Changes {
  created: string[];
  deleted: string[];
}

Deno.test("changes of a graph create the children that it needs and delete the others", {
  ignore: noCluster,
}, async (t) => {
  await using env = await startTestEnvironment({ serviceAccount: "spec-changes" });
  await addPlannerRole(env.client);
  const kube = await env.createNamespace();
  await kube.apply(graphs, fullGraph("full"));
  await kube.untilState("full", "successful");
  await untilIdle(env.operator);

  /** Applies the patch `body` to the graph. Fails unless exactly the `expected` objects are created and deleted. */
  const change = async (body: unknown, expected: Changes) => {
    const before = new Set(await objectNamesIn(kube));
    await kube.edit(graphs, "full", body);
    await untilIdle(env.operator);
    await kube.untilState("full", "successful");
    // The garbage collector deletes the children of an object some time after the object itself.
    await eventually(async () => {
      const after = new Set(await objectNamesIn(kube));
      const created = [...after.difference(before)];
      assertEquals({ created, deleted: [...before.difference(after)] }, expected);
    });
  };
  const changeOf = (
    service: string,
    spec: unknown,
    expected = { created: [], deleted: [] } as Changes,
  ) => change({ spec: { services: { [service]: spec } } }, expected);
  const serviceAccountOf = async (name: string) => {
    const { spec } = await kube.get(deployments, name);
    return spec?.template.spec?.serviceAccountName;
  };

  await t.step(
    "pods with etcd discovery need no ServiceAccount for the Kubernetes API",
    async () => {
      const key = "nvidia.com/dynamo-discovery-backend";
      const use = (backend: string | null) => ({ metadata: { annotations: { [key]: backend } } });
      await change(use("etcd"), { created: [], deleted: DISCOVERY });
      assertEquals(await serviceAccountOf("full-worker"), "default");
      await change(use(null), { created: DISCOVERY, deleted: [] });
      assertEquals(await serviceAccountOf("full-worker"), "full-k8s-service-discovery");
    },
  );

  await t.step("the operator deletes an Ingress that the spec disables", async () => {
    await changeOf("Frontend", { ingress: { enabled: false } }, {
      created: [],
      deleted: ["Ingress/full-frontend"],
    });
  });

  await t.step("a reference to another model creates another Service", async () => {
    await changeOf("Worker", { modelRef: { name: OTHER_MODEL } }, {
      created: [`Service/${modelServiceName(OTHER_MODEL)}`],
      deleted: [`Service/${modelServiceName(MODEL)}`],
    });
  });

  await t.step(
    "the operator keeps the planner ServiceAccount for other planners of the namespace",
    async () => {
      await changeOf("Planner", null, {
        created: [],
        deleted: [
          "Deployment/full-planner",
          "DynamoComponentDeployment/full-planner",
          "Service/full-planner",
        ],
      });
    },
  );

  await t.step(
    "a service whose key changes only between upper and lower case keeps its objects",
    async () => {
      const { spec } = await kube.get(graphs, "full");
      const renamed = { Worker: null, WORKER: spec.services?.["Worker"] };
      await change({ spec: { services: renamed } }, { created: [], deleted: [] });
      const { status } = await kube.get(graphs, "full");
      assertEquals(Object.keys(status?.services ?? {}), ["Frontend", "WORKER"]);
    },
  );

  await t.step("a change of the component type changes the ports", async () => {
    await changeOf("WORKER", { componentType: "frontend" });
    const service = await kube.get(services, "full-worker");
    assertEquals(service.spec?.ports?.map(({ name, port }) => `${name} ${port}`), ["http 8000"]);
    const { spec } = await kube.get(deployments, "full-worker");
    const [container] = spec?.template.spec?.containers ?? [];
    assertEquals(container?.ports?.map(({ containerPort }) => containerPort), [8000]);
  });

  await t.step("the operator repairs a status that another client wrote", async () => {
    const at = { name: "full", namespace: kube.namespace };
    const body = { status: { state: "failed", conditions: [], services: null } };
    await env.client.patch(graphs, at, { type: "merge", subresource: "status", body });
    const { status } = await kube.untilState("full", "successful");
    assertEquals(Object.keys(status?.services ?? {}), ["Frontend", "WORKER"]);
  });
});
