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

interface Came {
  came: string[];
  went: string[];
}

Deno.test("what a change of the graph asks for comes, what it asks for no more goes", {
  ignore: noCluster,
}, async (t) => {
  await using env = await startTestEnvironment({ serviceAccount: "spec-changes" });
  await addPlannerRole(env.client);
  const kube = await env.createNamespace();
  await kube.apply(graphs, fullGraph("full"));
  await kube.untilState("full", "successful");
  await untilIdle(env.operator);

  /** Makes a change after which these objects have come, and these are gone. */
  const change = async (body: unknown, expected: Came) => {
    const before = new Set(await objectNamesIn(kube));
    await kube.edit(graphs, "full", body);
    await untilIdle(env.operator);
    await kube.untilState("full", "successful");
    // What belongs to something that went is the garbage collector's, which takes its time.
    await eventually(async () => {
      const after = new Set(await objectNamesIn(kube));
      const came = [...after.difference(before)];
      assertEquals({ came, went: [...before.difference(after)] }, expected);
    });
  };
  const changeOf = (service: string, spec: unknown, expected = { came: [], went: [] } as Came) =>
    change({ spec: { services: { [service]: spec } } }, expected);
  const accountOf = async (name: string) => {
    const { spec } = await kube.get(deployments, name);
    return spec?.template.spec?.serviceAccountName;
  };

  await t.step("pods that find each other through etcd need no access to the API", async () => {
    const key = "nvidia.com/dynamo-discovery-backend";
    const use = (backend: string | null) => ({ metadata: { annotations: { [key]: backend } } });
    await change(use("etcd"), { came: [], went: DISCOVERY });
    assertEquals(await accountOf("full-worker"), "default");
    await change(use(null), { came: DISCOVERY, went: [] });
    assertEquals(await accountOf("full-worker"), "full-k8s-service-discovery");
  });

  await t.step("an Ingress goes when it is switched off", async () => {
    await changeOf("Frontend", { ingress: { enabled: false } }, {
      came: [],
      went: ["Ingress/full-frontend"],
    });
  });

  await t.step("another model has another Service", async () => {
    await changeOf("Worker", { modelRef: { name: OTHER_MODEL } }, {
      came: [`Service/${modelServiceName(OTHER_MODEL)}`],
      went: [`Service/${modelServiceName(MODEL)}`],
    });
  });

  await t.step("a planner's account stays for the others of its namespace", async () => {
    await changeOf("Planner", null, {
      came: [],
      went: [
        "Deployment/full-planner",
        "DynamoComponentDeployment/full-planner",
        "Service/full-planner",
      ],
    });
  });

  await t.step("a service that is written otherwise keeps its objects", async () => {
    const { spec } = await kube.get(graphs, "full");
    const renamed = { Worker: null, WORKER: spec.services?.["Worker"] };
    await change({ spec: { services: renamed } }, { came: [], went: [] });
    const { status } = await kube.get(graphs, "full");
    assertEquals(Object.keys(status?.services ?? {}), ["Frontend", "WORKER"]);
  });

  await t.step("a service of another type has other ports", async () => {
    await changeOf("WORKER", { componentType: "frontend" });
    const service = await kube.get(services, "full-worker");
    assertEquals(service.spec?.ports?.map(({ name, port }) => `${name} ${port}`), ["http 8000"]);
    const { spec } = await kube.get(deployments, "full-worker");
    const [container] = spec?.template.spec?.containers ?? [];
    assertEquals(container?.ports?.map(({ containerPort }) => containerPort), [8000]);
  });

  await t.step("a status that somebody else writes is put right", async () => {
    const at = { name: "full", namespace: kube.namespace };
    const body = { status: { state: "failed", conditions: [], services: null } };
    await env.client.patch(graphs, at, { type: "merge", subresource: "status", body });
    const { status } = await kube.untilState("full", "successful");
    assertEquals(Object.keys(status?.services ?? {}), ["Frontend", "WORKER"]);
  });
});
