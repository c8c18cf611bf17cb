/** What a user of one namespace can do to the cluster-wide operator, and what not. */
// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { DynamoGraphDeployment } from "../crds/kinds/graph.ts";
import { writesOf } from "../devcluster/audit_entry.ts";
import type { Cluster } from "../devcluster/cluster.ts";
import { leases, namespaces } from "../kube/builtin.ts";
import { ApiError } from "../kube/errors.ts";
import type { KubeObject } from "../kube/object.ts";
import { MARKER_NAME } from "../lease/marker_lease.ts";
import { components, graphs, partitionJobs } from "../reconcile/dynamo/resources.ts";
import { untilIdle } from "./support/operator_state.ts";
import { eventually } from "./support/eventually.ts";
import { frontend, graphOf, planner } from "./support/graphs.ts";
import { createMarkerLease, renewMarkerLease } from "./support/marker_lease.ts";
import { assertWritesResumeAfterExpiry } from "./support/marker_expiry.ts";
import {
  createNamespacePair,
  graphWithoutPods,
  untilOperatorActsIn,
} from "./support/namespace_pair.ts";
import { addPlannerRole } from "./support/planner_role.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";
import { SHORT_HANDOVER_FLAGS } from "./support/test_operator.ts";
import { connectAdmin, type Connection } from "./support/admin_client.ts";

/** A graph that names another one and its namespace wherever there is room for it. */
function reaching(namespace: string, victim: DynamoGraphDeployment): KubeObject {
  const { apiVersion, kind, metadata: { name, namespace: other = "" } } = victim;
  const spec = {
    services: {
      Frontend: frontend({
        replicas: 0,
        dynamoNamespace: other,
        labels: { "kubernetes.io/metadata.name": other },
        ingress: { enabled: true, host: `${name}.${other}` },
      }),
    },
    pvcs: ["..", `../../${other}/persistentvolumeclaims/x`].map((name) => ({
      name,
      create: true,
      size: "1Gi",
      storageClass: "standard",
      volumeAccessMode: "ReadWriteOnce",
    })),
  };
  const metadata = {
    name: "reaching",
    namespace,
    labels: { "nvidia.com/dynamo-namespace": other },
  };
  return { apiVersion, kind, metadata, spec } as KubeObject;
}

/** A planner, for which the operator makes an account with rights, and a partition job, for which it starts pods. */
function reachingByRights(namespace: string, other: string) {
  const metadata = { namespace, labels: { "kubernetes.io/metadata.name": other } };
  const services = {
    Frontend: frontend({ replicas: 0, dynamoNamespace: other }),
    Planner: planner({ replicas: 0, dynamoNamespace: other }),
  };
  const { apiVersion, kind } = partitionJobs;
  const partition = { tableName: `${other}.Orders`, partitionValue: other };
  return {
    planned: { ...graphOf("planned", services), metadata: { ...metadata, name: "planned" } },
    orders: {
      apiVersion,
      kind,
      metadata: { ...metadata, name: "orders" },
      spec: { ...partition, endpointURL: `http://dynamodb.${other}.svc:8000` },
    },
  };
}

const refused = async (attempt: Promise<unknown>, status: number) =>
  assertEquals((await assertRejects(() => attempt, ApiError)).status, status);

Deno.test("who may write in one namespace cannot make the operator write in another", {
  ignore: noCluster,
}, async () => {
  await using env = await startTestEnvironment({
    serviceAccount: "reaching",
    flags: ["--partition-job-image=dynamo-operator:test"],
  });
  const { cluster, client, operator } = env;
  await addPlannerRole(client);
  await using pair = await createNamespacePair(client);
  const { own, other } = pair;
  using tenant = await connectTenant(cluster, own.namespace);
  await other.apply(graphs, graphWithoutPods("victim"));
  const victim = await other.untilState("victim", "successful");
  // Its events, which come after its status, are of the operator's own account.
  await untilIdle(operator);
  // What stories before this one have left may still be going, with whatever is to be told of it.
  const going = new Set(
    (await client.list(namespaces)).items
      .filter(({ metadata }) => metadata.deletionTimestamp)
      .map(({ metadata }) => metadata.name),
  );
  const mark = await cluster.audit.mark();

  await refused(tenant.client.apply(graphs, graphWithoutPods("a", "", other.namespace)), 403);
  await tenant.client.apply(graphs, reaching(own.namespace, victim));
  await eventually(async () => {
    const { status } = await own.get(graphs, "reaching");
    assertEquals([status?.observedGeneration, status?.state], [1, "failed"]);
  });
  // A component of its own may claim anything about its graph.
  const { apiVersion, kind, metadata: { name, uid = "" } } = victim;
  const ownerReferences = [{ apiVersion, kind, name, uid, controller: true }];
  await tenant.client.apply(components, {
    apiVersion: components.apiVersion,
    kind: components.kind,
    metadata: { name: "victim-frontend", namespace: own.namespace, ownerReferences },
    spec: { ...frontend({ replicas: 0 }), dynamoNamespace: `${other.namespace}-victim` },
  } as KubeObject);
  const { planned, orders } = reachingByRights(own.namespace, other.namespace);
  await tenant.client.apply(graphs, planned);
  await tenant.client.apply(partitionJobs, orders);
  await own.untilState("planned", "successful");
  await eventually(async () => {
    const { status } = await own.get(partitionJobs, "orders");
    assertEquals(status?.jobName, "orders-job");
  });
  await untilOperatorActsIn(own, "plain");

  const written = writesOf(operator.user, await cluster.audit.entries(mark))
    .filter(({ namespace }) => !going.has(namespace));
  assertEquals([...new Set(written.map(({ namespace }) => namespace))], [own.namespace]);
  const kinds = new Set(written.map(({ resource }) => resource));
  for (const kind of ["serviceaccounts", "rolebindings", "jobs", "secrets"]) {
    assert(kinds.has(kind), `nothing was done to ${kind}`);
  }
});

Deno.test(
  "a marker made by hand takes the operator out of its namespace only, while it is renewed",
  {
    ignore: noCluster,
  },
  async () => {
    await using env = await startTestEnvironment({
      serviceAccount: "marked-by-hand",
      flags: SHORT_HANDOVER_FLAGS,
    });
    const { cluster, client, operator: { user } } = env;
    await using pair = await createNamespacePair(client);
    const { own, other } = pair;
    const { namespace } = own;
    using tenant = await connectTenant(cluster, namespace);
    const mark = await cluster.audit.mark();
    const marker = { holderIdentity: "me", leaseDurationSeconds: 2 };

    await refused(createMarkerLease(tenant.client, other.namespace, marker), 403);
    await refused(
      createMarkerLease(tenant.client, namespace, { ...marker, leaseDurationSeconds: 0 }),
      422,
    );
    await createMarkerLease(tenant.client, namespace, marker);
    await using held = renewMarkerLease(tenant.client, namespace);
    await tenant.client.apply(graphs, graphWithoutPods("held", "", namespace));
    await untilOperatorActsIn(other, "meanwhile");
    assertEquals(await own.find(components, "held-frontend"), undefined);
    await held.stop();

    // Of whatever time a renewal speaks, it counts for its duration from when it came.
    for (const renewTime of ["9999-12-31T23:59:59.000000Z", "1970-01-01T00:00:01.000000Z"]) {
      await tenant.client.patch(leases, { namespace, name: MARKER_NAME }, {
        type: "merge",
        body: { spec: { renewTime } },
      });
      await own.apply(graphs, graphWithoutPods("held", renewTime));
      await own.untilState("held", "successful");
      const entries = await cluster.audit.entries(mark);
      assertWritesResumeAfterExpiry(entries, { user, namespace, durationMs: 2_000 });
    }

    // By hand too, it ends when it is deleted.
    await using again = renewMarkerLease(tenant.client, namespace);
    await untilOperatorActsIn(other, "later");
    await again.stop();
    await tenant.client.delete(leases, { namespace, name: MARKER_NAME });
    await untilOperatorActsIn(own, "after");
  },
);

/** Logs in as an account that is `admin` of one namespace, by Kubernetes' own role, and may write what Dynamo adds. */
async function connectTenant(cluster: Cluster, namespace: string): Promise<Connection> {
  const name = "tenant";
  const { kubeconfig } = await cluster.serviceAccount({ namespace, name });
  const account = `--serviceaccount=${namespace}:${name}`;
  const inside = ["--namespace", namespace];
  const kinds = [graphs, components, partitionJobs].map(({ plural, group }) =>
    `${plural}.${group}`
  );
  await cluster.kubectl([
    ...["create", "role", "dynamo", ...inside, "--verb=*", `--resource=${kinds.join(",")}`],
  ]);
  await cluster.kubectl(["create", "rolebinding", "dynamo", ...inside, "--role=dynamo", account]);
  await cluster.kubectl([
    ...["create", "rolebinding", name, ...inside, "--clusterrole=admin", account],
  ]);
  return await connectAdmin({ kubeconfig });
}
