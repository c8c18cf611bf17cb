// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import { operatorRules } from "../tools/chart/operator_rules.ts";
import { crdManifests } from "../crds/emit/manifests.ts";
import type { Cluster } from "../devcluster/cluster.ts";
import { startCluster } from "../devcluster/start_cluster.ts";
import { deployments } from "../kube/builtin.ts";
import { components, graphs, partitionJobs } from "../reconcile/dynamo/resources.ts";
import { kstatus } from "../reconcile/testing/kstatus.ts";
import { conditionOf } from "./support/conditions.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { eventually } from "./support/eventually.ts";
import { frontend, graphOf, NEW_IMAGE, worker } from "./support/graphs.ts";
import { probe } from "./support/http_probe.ts";
import { installManifests, OPERATOR_NAMESPACE, POD_ROLES } from "./support/installation.ts";
import { createNamespace } from "./support/namespace_client.ts";
import { untilIdle } from "./support/operator_state.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { createTcpProxy } from "./support/tcp_proxy.ts";
import { startTestOperator, type TestOperator } from "./support/test_operator.ts";

const JOBS = "ddbctldpjobs.dynamoctl.dp.operators.sanjivmadhavan.io";
const JOBS_IDLE =
  `controller/ddbctldpjob ok: idle, the API server does not serve ${JOBS}: install the CRD\n`;
const GRAPHS_IDLE =
  "controller/dynamographdeployment ok: idle, the API server does not serve dynamographdeployments.nvidia.com";
const COMPONENTS_IDLE =
  "controller/dynamocomponentdeployment ok: idle, the operator lacks permission to list and watch";
const DEADLINE_MS = 120_000;
const QUIET_MS = 12_000;

Deno.test("if a kind is not served or not permitted, only its controllers are idle", {
  // The test deletes a CRD that other tests use, so it starts its own control plane.
  ignore: noCluster,
}, async (t) => {
  await using cluster = await startCluster();
  const { jobCrd = [], otherCrds = [] } = Object.groupBy(
    crdManifests(),
    ({ metadata: { name } }) => name === JOBS ? "jobCrd" : "otherCrds",
  );
  using admin = await connectAdmin(cluster);
  const { hostname, port } = new URL(cluster.server);
  await using proxy = createTcpProxy({ hostname, port: Number(port) });
  proxy.forward();
  const serviceAccount = "optional-kinds";
  await using operator = await startTestOperator(cluster, {
    serviceAccount,
    server: `https://127.0.0.1:${proxy.port}`,
  });
  const kube = await createNamespace(admin.client);

  const untilGraphWorks = async (name: string) => {
    await kube.apply(graphs, graphOf(name, { Frontend: frontend() }));
    await kube.untilState(name, "successful");
  };
  const untilJobWorks = async (name: string) => {
    await kube.apply(partitionJobs, {
      apiVersion: partitionJobs.apiVersion,
      kind: partitionJobs.kind,
      metadata: { name },
      spec: { tableName: "Orders", partitionValue: "a" },
    } as never);
    await eventually(async () => {
      const { status } = await kube.get(partitionJobs, name);
      assertEquals(status?.observedGeneration, 1);
    }, DEADLINE_MS);
  };

  const versions = async () =>
    [...await kube.list(components), ...await kube.list(graphs)].map(({ metadata }) =>
      `${metadata.name} ${metadata.resourceVersion}`
    );
  /** Throws if the operator writes to a graph or a component while it polls the unreadable kinds several times. */
  const assertNoWrites = async () => {
    await untilIdle(operator);
    const before = await versions();
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    assertEquals(await versions(), before);
  };

  await t.step("without any CRD the operator is ready", async () => {
    await untilListed(operator, JOBS_IDLE);
    await untilListed(operator, GRAPHS_IDLE);
  });

  await t.step("graphs are reconciled when their CRDs are installed", async () => {
    await installManifests(cluster, otherCrds);
    await untilGraphWorks("before");
  });

  await t.step(
    "without the CRD of partition jobs the operator is ready and reconciles graphs",
    async () => {
      await untilListed(operator, JOBS_IDLE);
      await untilGraphWorks("first");
    },
  );

  await t.step("partition jobs are reconciled when their CRD is installed", async () => {
    await installManifests(cluster, jobCrd);
    await untilJobWorks("first");
  });

  await t.step(
    "graphs are still reconciled when the CRD of partition jobs is deleted",
    async () => {
      await cluster.kubectl(["delete", "crd", JOBS]);
      await untilListed(operator, JOBS_IDLE);
      await untilGraphWorks("second");
    },
  );

  await t.step("partition jobs are reconciled when their CRD is installed again", async () => {
    await installManifests(cluster, jobCrd);
    await untilJobWorks("second");
    await untilListed(operator, "controller/ddbctldpjob ok\n");
  });

  await t.step(
    "without permission to list Deployments the operator does not reconcile components",
    async () => {
      await kube.apply(graphs, graphOf("third", { Worker: worker() }));
      await kube.untilState("third", "successful");
      await setRules(cluster, operator, serviceAccount, withoutDeployments());
      proxy.disconnect();
      await untilListed(operator, COMPONENTS_IDLE);
    },
  );

  await t.step(
    "components and their graphs report that the operator is not permitted",
    async () => {
      await eventually(async () => {
        for (const component of await kube.list(components)) assertUnreadable(component);
        for (const graph of await kube.list(graphs)) {
          assertUnreadable(graph);
          assertEquals(graph.status?.state, "successful");
        }
      }, DEADLINE_MS);
      const component = await kube.get(components, "third-worker");
      assertEquals(conditionOf(component, "Available")?.status, "True");
      assertEquals(component.status?.service?.replicas, 1);
      await assertNoWrites();
    },
  );

  await t.step(
    "without permission to list Deployments the operator does not change Deployments",
    async () => {
      await kube.apply(graphs, graphOf("third", { Worker: worker({}, NEW_IMAGE) }));
      // The graph controller still runs: it writes the new image to the component. The component controller is idle.
      await eventually(async () =>
        assertStringIncludes(JSON.stringify(await kube.get(components, "third-worker")), NEW_IMAGE)
      );
      await untilIdle(operator);
      const { spec } = await kube.get(deployments, "third-worker");
      assertEquals(JSON.stringify(spec).includes(NEW_IMAGE), false);
    },
  );

  await t.step("all components are reconciled after the permission is granted again", async () => {
    await setRules(cluster, operator, serviceAccount, allRules());
    await untilListed(operator, "controller/dynamocomponentdeployment ok\n");
    await kube.untilState("third", "successful");
    const { spec } = await kube.get(deployments, "third-worker");
    assertStringIncludes(JSON.stringify(spec), NEW_IMAGE);
    await eventually(async () => {
      const objects = [...await kube.list(components), ...await kube.list(graphs)];
      for (const object of objects) {
        assertEquals(conditionOf(object, "Ready")?.status, "True", object.metadata.name);
      }
    });
    await assertNoWrites();
  });

  await t.step(
    "the operator logs once for each interruption that a controller is idle",
    async () => {
      const log = await operator.log();
      const lines = (controller: string) =>
        log.split("\n").filter((line) => line.includes(`"Controller \\"${controller}\\"`))
          .map((line) => / is idle| resumed/.exec(line)?.[0].trim());
      const interruption = ["is idle", "resumed"];
      assertEquals(lines("ddbctldpjob"), [...interruption, ...interruption]);
      assertEquals(lines("dynamocomponentdeployment"), [...interruption, ...interruption]);
    },
  );
});

function assertUnreadable(object: Parameters<typeof conditionOf>[0]) {
  const { status, reason, message = "" } = conditionOf(object, "Ready") ?? {};
  assertEquals([status, reason], ["Unknown", "KindUnreadable"], object.metadata.name);
  assertStringIncludes(message, "The operator cannot read deployments.apps (since ");
  assertStringIncludes(message, "lacks permission to list and watch deployments.apps: grant it");
  assertEquals(kstatus(object), "InProgress");
}

/** Resolves when the page `/readyz?verbose` contains the text. Throws as soon as the operator is not ready. */
async function untilListed({ healthUrl }: TestOperator, text: string): Promise<void> {
  await eventually(async () => {
    const page = await probe(`${healthUrl}/readyz?verbose`);
    if (page.status !== 200) throw new Error(`The operator is not ready:\n${page.text}`);
    assertStringIncludes(page.text, text);
  }, DEADLINE_MS);
}

function allRules() {
  return operatorRules(POD_ROLES);
}

function withoutDeployments() {
  return allRules().filter(({ resources }) => !resources?.includes(deployments.plural));
}

/** Replaces the ClusterRole of the operator. Resolves when the API server enforces the new rules. */
async function setRules(
  cluster: Cluster,
  { user }: TestOperator,
  name: string,
  rules: ReturnType<typeof allRules>,
): Promise<void> {
  await cluster.serviceAccount({ namespace: OPERATOR_NAMESPACE, name, rules });
  const allowed = rules.some(({ resources }) => resources?.includes(deployments.plural));
  const { group, plural: resource } = deployments;
  const review = JSON.stringify({
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    spec: { user, resourceAttributes: { group, resource, verb: "watch" } },
  });
  await eventually(async () => {
    const { status } = JSON.parse(
      await cluster.kubectl(["create", "-o", "json", "-f", "-"], review),
    );
    assertEquals(status.allowed, allowed);
  });
}
