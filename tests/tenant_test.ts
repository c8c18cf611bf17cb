/** Tests that a user of one namespace cannot affect other namespaces through the cluster-wide operator. */
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

/** Returns a graph with the name and namespace of graph `victim` in every field that the operator might use. */
function graphReaching(namespace: string, victim: DynamoGraphDeployment): KubeObject {
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

/** Returns two objects that name namespace `other` in their fields: a graph with a planner, and a partition job. */
function objectsReaching(namespace: string, other: string) {
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

const assertRefused = async (attempt: Promise<unknown>, status: number) =>
  assertEquals((await assertRejects(() => attempt, ApiError)).status, status);

Deno.test("a user of one namespace cannot make the operator write to another", {
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
  // The operator writes events after it has set the status. The assertions below must not count these writes.
  await untilIdle(operator);
  // The operator may also write to terminating namespaces of earlier tests. This test ignores those namespaces.
  const deletedNamespaces = new Set(
    (await client.list(namespaces)).items
      .filter(({ metadata }) => metadata.deletionTimestamp)
      .map(({ metadata }) => metadata.name),
  );
  const mark = await cluster.audit.mark();

  await assertRefused(tenant.client.apply(graphs, graphWithoutPods("a", "", other.namespace)), 403);
  await tenant.client.apply(graphs, graphReaching(own.namespace, victim));
  await eventually(async () => {
    const { status } = await own.get(graphs, "reaching");
    assertEquals([status?.observedGeneration, status?.state], [1, "failed"]);
  });
  // A user may set any owner reference, so this component names a graph of the other namespace as its owner.
  const { apiVersion, kind, metadata: { name, uid = "" } } = victim;
  const ownerReferences = [{ apiVersion, kind, name, uid, controller: true }];
  await tenant.client.apply(components, {
    apiVersion: components.apiVersion,
    kind: components.kind,
    metadata: { name: "victim-frontend", namespace: own.namespace, ownerReferences },
    spec: { ...frontend({ replicas: 0 }), dynamoNamespace: `${other.namespace}-victim` },
  } as KubeObject);
  const { planned, orders } = objectsReaching(own.namespace, other.namespace);
  await tenant.client.apply(graphs, planned);
  await tenant.client.apply(partitionJobs, orders);
  await own.untilState("planned", "successful");
  await eventually(async () => {
    const { status } = await own.get(partitionJobs, "orders");
    assertEquals(status?.jobName, "orders-job");
  });
  await untilOperatorActsIn(own, "plain");

  const written = writesOf(operator.user, await cluster.audit.entries(mark))
    .filter(({ namespace }) => !deletedNamespaces.has(namespace));
  assertEquals([...new Set(written.map(({ namespace }) => namespace))], [own.namespace]);
  const kinds = new Set(written.map(({ resource }) => resource));
  for (const kind of ["serviceaccounts", "rolebindings", "jobs", "secrets"]) {
    assert(kinds.has(kind), `the operator did not write ${kind}`);
  }
});

Deno.test(
  "a marker Lease that a user renews stops the writes of the operator in its namespace only",
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

    await assertRefused(createMarkerLease(tenant.client, other.namespace, marker), 403);
    await assertRefused(
      createMarkerLease(tenant.client, namespace, { ...marker, leaseDurationSeconds: 0 }),
      422,
    );
    await createMarkerLease(tenant.client, namespace, marker);
    await using held = renewMarkerLease(tenant.client, namespace);
    await tenant.client.apply(graphs, graphWithoutPods("held", "", namespace));
    await untilOperatorActsIn(other, "meanwhile");
    assertEquals(await own.find(components, "held-frontend"), undefined);
    await held.stop();

    // The Lease expires leaseDurationSeconds after the operator receives a renewal. The operator ignores the renewTime.
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

    // The operator also writes to the namespace again after its marker Lease is deleted.
    await using again = renewMarkerLease(tenant.client, namespace);
    await untilOperatorActsIn(other, "later");
    await again.stop();
    await tenant.client.delete(leases, { namespace, name: MARKER_NAME });
    await untilOperatorActsIn(own, "after");
  },
);

/**
 * Connects as a ServiceAccount with the permissions of a typical user. The ServiceAccount has ClusterRole `admin` in
 * one namespace, and may also write graphs, components and partition jobs there.
 */
async function connectTenant(cluster: Cluster, namespace: string): Promise<Connection> {
  const name = "tenant";
  const { kubeconfig } = await cluster.serviceAccount({ namespace, name });
  const serviceAccount = `--serviceaccount=${namespace}:${name}`;
  const inside = ["--namespace", namespace];
  const kinds = [graphs, components, partitionJobs].map(({ plural, group }) =>
    `${plural}.${group}`
  );
  await cluster.kubectl([
    ...["create", "role", "dynamo", ...inside, "--verb=*", `--resource=${kinds.join(",")}`],
  ]);
  await cluster.kubectl([
    "create",
    "rolebinding",
    "dynamo",
    ...inside,
    "--role=dynamo",
    serviceAccount,
  ]);
  await cluster.kubectl([
    ...["create", "rolebinding", name, ...inside, "--clusterrole=admin", serviceAccount],
  ]);
  return await connectAdmin({ kubeconfig });
}
