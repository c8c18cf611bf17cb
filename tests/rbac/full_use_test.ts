/**
 * Tests that an operator needs all its permissions. A cluster-wide and a namespace-scoped operator send every kind of
 * request for graphs, models, deployment requests and partition jobs. A permission that an operator does not use in
 * this test is superfluous.
 */
// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { ANNOTATIONS, FINALIZER } from "../../crds/labels.ts";
import {
  deployments,
  events,
  leases,
  namespaces,
  roles,
  serviceAccounts,
} from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import { isNotFound } from "../../kube/errors.ts";
import type { ObjectName } from "../../kube/object.ts";
import { MARKER_NAME } from "../../lease/marker_lease.ts";
import { components, graphs } from "../../reconcile/dynamo/resources.ts";
import { connectAdmin } from "../support/admin_client.ts";
import { untilCondition } from "../support/conditions.ts";
import { eventually } from "../support/eventually.ts";
import { frontend, fullGraph, graphOf } from "../support/graphs.ts";
import { GATEWAY_FLAG, installVirtualServices } from "../support/istio.ts";
import { addPlannerRole } from "../support/planner_role.ts";
import { mountEvent, podOf } from "../support/pods.ts";
import { LEADER_LEASE } from "../support/replicas.ts";
import { createNamespace, type NamespaceClient } from "../support/namespace_client.ts";
import { noCluster, sharedCluster } from "../support/shared_cluster.ts";
import { SHORT_HANDOVER_FLAGS, startTestOperator } from "../support/test_operator.ts";
import { type WatchProxy, watchProxy } from "../support/watch_proxy.ts";
import { explicitPermissions, VARIANTS } from "./audit_check.ts";
import { IMAGE } from "../partition/support/partition_environment.ts";
import { runGroveScenario } from "./grove_scenario.ts";
import { obsoleteChildrenOf } from "./obsolete_children.ts";
import { runModelScenario } from "./model_scenario.ts";
import { installMultinodeCrds, runMultinodeScenario } from "./multinode_scenario.ts";
import { runPartitionScenario } from "./partition_scenario.ts";
import { runRequestScenario } from "./request_scenario.ts";
import { deniedByRbac, describePermission, unusedPermissions } from "./permissions.ts";

/**
 * Delay of watch events. The operator renews its Leases within this time, so it detects a changed Lease at the renewal.
 */
const STALL_MS = 5_000;
const DISCOVERY = "all-k8s-service-discovery";

for (const variant of VARIANTS) {
  Deno.test(
    `a ${variant.name} operator uses all its permissions, and its requests are never denied`,
    { ignore: noCluster },
    async () => {
      await using owned = new AsyncDisposableStack();
      const cluster = await sharedCluster();
      await installVirtualServices(cluster);
      owned.use(await installMultinodeCrds(cluster));
      const { client } = owned.use(await connectAdmin(cluster));
      // The proxy simulates an API server without streaming lists, so the operator must use its permission to list.
      const proxy = owned.use(
        await watchProxy(cluster, (path) => path.includes("/leases"), { oldServer: true }),
      );
      const kube = await createNamespace(client);
      owned.defer(() => client.delete(namespaces, { name: kube.namespace }));
      const restrictedTo = variant.name === "namespace-scoped" ? kube.namespace : undefined;
      const leases = restrictedTo
        ? [MARKER_NAME, LEADER_LEASE.name].map((name) => ({ name, namespace: restrictedTo }))
        : [LEADER_LEASE];
      // The chart creates this ServiceAccount, because a namespace-scoped operator lacks permission to create it.
      if (restrictedTo) await kube.apply(serviceAccounts, serviceAccount("planner-serviceaccount"));
      else await addPlannerRole(client);
      await deleteLeaderLease(client);

      const mark = await cluster.audit.mark();
      const operator = owned.use(
        await startTestOperator(cluster, {
          serviceAccount: "full-use",
          restrictedTo,
          flags: [...SHORT_HANDOVER_FLAGS, GATEWAY_FLAG, `--partition-job-image=${IMAGE}`],
          server: proxy.server,
        }),
      );
      const requests = async () =>
        (await cluster.audit.requests(mark)).filter(({ user }) => user === operator.user);

      await runGraphScenario(kube);
      await runMultinodeScenario(kube);
      await runModelScenario(kube);
      await runGroveScenario(cluster, kube, operator);
      await runRequestScenario(cluster, kube, { restricted: restrictedTo !== undefined });
      await runPartitionScenario(cluster, kube);
      for (const lease of leases) {
        await changeUnseen(client, lease, proxy);
        await eventually(async () => {
          const reads = (await requests()).filter(({ verb, resource, name }) =>
            verb === "get" && resource === "leases" && name === lease.name
          );
          assert(reads.length > 0, `The operator did not read the Lease "${lease.name}" again`);
        });
      }
      assertEquals(await operator.stop(), 0, await operator.log());

      const entries = await requests();
      assertEquals(deniedByRbac(entries).map(({ verb, uri }) => `${verb} ${uri}`), []);
      assertEquals(
        unusedPermissions(explicitPermissions(variant), entries).map(describePermission),
        [],
      );
    },
  );
}

/** Changes a graph and its children so that the operator must create, repair and delete children of every kind. */
async function runGraphScenario(kube: NamespaceClient): Promise<void> {
  const graph = fullGraph("all");
  await kube.apply(graphs, {
    ...graph,
    metadata: { ...graph.metadata, finalizers: [FINALIZER] },
  });
  const { metadata } = await kube.untilState("all", "successful");
  assertEquals(metadata.finalizers, undefined);

  // The operator repairs the same drift twice, because only the second repair updates an existing event.
  for (let times = 0; times < 2; times++) {
    const { spec } = await kube.get(deployments, "all-worker");
    await kube.edit(deployments, "all-worker", { spec: { minReadySeconds: 5, replicas: 3 } });
    await eventually(async () =>
      assertEquals((await kube.get(deployments, "all-worker")).spec?.replicas, spec?.replicas)
    );
  }

  // The pod of this graph does not start, so the operator lists pods and events. The operator also creates a
  // VirtualService, because the frontend does not set `ingress`.
  const extraPodSpec = { schedulerName: "absent", mainContainer: { image: "image:1" } };
  await kube.apply(graphs, graphOf("waiting", { Frontend: frontend({ extraPodSpec }) }));
  await kube.client.create(events, mountEvent(await podOf(kube, "waiting")));
  const waiting = { kind: graphs, name: "waiting", type: "Ready", status: "False" };
  await untilCondition(kube, waiting, "FailedMount");
  await kube.delete(graphs, "waiting");
  await kube.untilGone(graphs, "waiting");

  const children = obsoleteChildrenOf(await kube.get(components, "all-worker"));
  for (const { kind, object } of children) await kube.apply(kind, object);
  for (const { kind, object } of children) await kube.untilGone(kind, object.metadata.name);

  await kube.edit(graphs, "all", {
    metadata: { annotations: { [ANNOTATIONS.discoveryBackend]: "etcd" } },
    spec: { services: { Worker: null } },
  });
  await kube.untilGone(components, "all-worker");
  await kube.untilGone(roles, `${DISCOVERY}-role`);
  await kube.untilGone(serviceAccounts, DISCOVERY);
  await kube.untilState("all", "successful");
  await kube.delete(graphs, "all");
  await kube.untilGone(graphs, "all");
}

/** Changes a Lease while the proxy delays watch events, so that the holder detects the change at a renewal. */
async function changeUnseen(client: Client, lease: ObjectName, proxy: WatchProxy): Promise<void> {
  proxy.stall(STALL_MS);
  const body = { metadata: { annotations: { "example.com/touched": "yes" } } };
  await client.patch(leases, lease, { type: "merge", body });
}

/** Deletes the leader Lease that an operator of another test may have left, so that this operator must create it. */
async function deleteLeaderLease(client: Client): Promise<void> {
  try {
    await client.delete(leases, LEADER_LEASE);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

function serviceAccount(name: string) {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name } };
}
