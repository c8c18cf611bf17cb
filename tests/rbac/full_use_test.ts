/**
 * A graph and partition jobs are taken through everything that an operator can be made to do, under the rights of each installation: what
 * is granted and not used by then is granted for nothing.
 */
// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { ANNOTATIONS, FINALIZER } from "../../crds/labels.ts";
import { deployments, leases, namespaces, roles, serviceAccounts } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import { isNotFound } from "../../kube/errors.ts";
import type { ObjectName } from "../../kube/object.ts";
import { MARKER_NAME } from "../../lease/marker_lease.ts";
import { components, graphs } from "../../reconcile/dynamo/resources.ts";
import { connectAdmin } from "../support/admin_client.ts";
import { eventually } from "../support/eventually.ts";
import { fullGraph } from "../support/graphs.ts";
import { addPlannerRole } from "../support/planner_role.ts";
import { LEADER_LEASE } from "../support/replicas.ts";
import { createNamespace, type NamespaceClient } from "../support/namespace_client.ts";
import { noCluster, sharedCluster } from "../support/shared_cluster.ts";
import { SHORT_HANDOVER_FLAGS, startTestOperator } from "../support/test_operator.ts";
import { type WatchProxy, watchProxy } from "../support/watch_proxy.ts";
import { explicitPermissions, VARIANTS } from "./audit_check.ts";
import { IMAGE } from "../partition/support/partition_environment.ts";
import { obsoleteChildrenOf } from "./obsolete_children.ts";
import { runPartitionScenario } from "./partition_scenario.ts";
import { describePermission, forbidden, unusedPermissions } from "./permissions.ts";

/** Long enough for a Lease to be renewed without knowing that it was changed. */
const STALL_MS = 5_000;
const DISCOVERY = "all-k8s-service-discovery";

for (const variant of VARIANTS) {
  Deno.test(
    `a ${variant.name} operator uses every right that it is given, and lacks none`,
    { ignore: noCluster },
    async () => {
      await using owned = new AsyncDisposableStack();
      const cluster = await sharedCluster();
      const { client } = owned.use(await connectAdmin(cluster));
      // Lists are asked for where the API server streams none.
      const proxy = owned.use(
        await watchProxy(cluster, (path) => path.includes("/leases"), { older: true }),
      );
      const kube = await createNamespace(client);
      owned.defer(() => client.delete(namespaces, { name: kube.namespace }));
      const restrictedTo = variant.name === "restricted" ? kube.namespace : undefined;
      const leases = restrictedTo
        ? [MARKER_NAME, LEADER_LEASE.name].map((name) => ({ name, namespace: restrictedTo }))
        : [LEADER_LEASE];
      // As the chart brings it, where the operator may not.
      if (restrictedTo) await kube.apply(serviceAccounts, account("planner-serviceaccount"));
      else await addPlannerRole(client);
      await forgetLeader(client);

      const mark = await cluster.audit.mark();
      const operator = owned.use(
        await startTestOperator(cluster, {
          serviceAccount: "full-use",
          restrictedTo,
          flags: [...SHORT_HANDOVER_FLAGS, `--partition-job-image=${IMAGE}`],
          server: proxy.server,
        }),
      );
      const requests = async () =>
        (await cluster.audit.requests(mark)).filter(({ user }) => user === operator.user);

      await runGraphScenario(kube);
      await runPartitionScenario(cluster, kube);
      for (const lease of leases) {
        await changeUnseen(client, lease, proxy);
        await eventually(async () => {
          const reads = (await requests()).filter(({ verb, resource, name }) =>
            verb === "get" && resource === "leases" && name === lease.name
          );
          assert(reads.length > 0, `The Lease "${lease.name}" was not read again`);
        });
      }
      assertEquals(await operator.stop(), 0, await operator.log());

      const entries = await requests();
      assertEquals(forbidden(entries).map(({ verb, uri }) => `${verb} ${uri}`), []);
      assertEquals(
        unusedPermissions(explicitPermissions(variant), entries).map(describePermission),
        [],
      );
    },
  );
}

/** Makes, mends and takes away an object of every kind. */
async function runGraphScenario(kube: NamespaceClient): Promise<void> {
  const graph = fullGraph("all");
  await kube.apply(graphs, {
    ...graph,
    metadata: { ...graph.metadata, finalizers: [FINALIZER] },
  });
  const { metadata } = await kube.untilState("all", "successful");
  assertEquals(metadata.finalizers, undefined);

  // The same twice, of which one event tells.
  for (let times = 0; times < 2; times++) {
    const { spec } = await kube.get(deployments, "all-worker");
    await kube.edit(deployments, "all-worker", { spec: { minReadySeconds: 5, replicas: 3 } });
    await eventually(async () =>
      assertEquals((await kube.get(deployments, "all-worker")).spec?.replicas, spec?.replicas)
    );
  }

  const left = obsoleteChildrenOf(await kube.get(components, "all-worker"));
  for (const { kind, object } of left) await kube.apply(kind, object);
  for (const { kind, object } of left) await kube.untilGone(kind, object.metadata.name);

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

/** Changes a Lease behind the back of who holds it. */
async function changeUnseen(client: Client, lease: ObjectName, proxy: WatchProxy): Promise<void> {
  proxy.stall(STALL_MS);
  const body = { metadata: { annotations: { "example.com/touched": "yes" } } };
  await client.patch(leases, lease, { type: "merge", body });
}

/** Takes the Lease away that the leader of another test gave back. */
async function forgetLeader(client: Client): Promise<void> {
  try {
    await client.delete(leases, LEADER_LEASE);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

function account(name: string) {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name } };
}
