// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Cluster } from "../../devcluster/cluster.ts";
import {
  configMaps,
  type RoleBinding,
  roleBindings,
  type ServiceAccount,
  serviceAccounts,
} from "../../kube/builtin.ts";
import { graphs, requests } from "../../reconcile/dynamo/resources.ts";
import { PROFILING_SERVICE_ACCOUNT } from "../../reconcile/request/names.ts";
import { FINALIZER } from "../../crds/labels.ts";
import { PROFILING_ROLE } from "../support/installation.ts";
import type { NamespaceClient } from "../support/namespace_client.ts";
import { requestOf, startProfilingNode, untilRequest } from "../support/requests.ts";

/**
 * Creates and deletes DynamoGraphDeploymentRequests so that the operator sends every kind of API request that it needs
 * for them. A node agent, which this function starts, runs the profiling pods in the namespace.
 */
export async function runRequestScenario(
  cluster: Cluster,
  kube: NamespaceClient,
  { restricted }: { restricted: boolean },
): Promise<void> {
  await using node = await startProfilingNode(cluster, kube.client);
  await node.serve(kube);
  if (restricted) await addProfilingAccount(kube);

  if (!restricted) {
    // For this request, the operator asks the API server whether the profiling pods may create graphs in namespace
    // `default`.
    await kube.apply(
      requests,
      requestOf("abroad", { deploymentOverrides: { namespace: "default" } }),
    );
    await untilRequest(kube, "abroad", "Failed");
    await kube.delete(requests, "abroad");
  }
  const labels = { "dgdr.nvidia.com/name": "sla", "nvidia.com/managed-by": "dynamo-operator" };
  await kube.apply(configMaps, configMap("dgdr-output-sla", labels));
  await kube.apply(configMaps, configMap("base"));
  const { spec, ...request } = requestOf("sla");
  await kube.apply(requests, {
    ...request,
    metadata: { ...request.metadata, finalizers: [FINALIZER] },
    spec: { ...spec, profilingConfig: { ...spec.profilingConfig, configMapRef: { name: "base" } } },
  } as never);
  const { metadata, status } = await untilRequest(kube, "sla", "Ready");
  assertEquals(metadata.finalizers, undefined);
  await kube.delete(graphs, status?.deployment?.name ?? "");
  await untilRequest(kube, "sla", "DeploymentDeleted");
  await kube.delete(requests, "sla");
  await kube.untilGone(requests, "sla");
  // The LimitRange makes every container request a resource that only this scenario's node has. The function deletes
  // the LimitRange, because the pods of later scenarios must run on other nodes.
  await cluster.kubectl(["delete", "limitrange", "--all", "--namespace", kube.namespace]);
}

function configMap(name: string, labels?: Record<string, string>) {
  return {
    apiVersion: configMaps.apiVersion,
    kind: configMaps.kind,
    metadata: { name, ...(labels && { labels }) },
    data: { "disagg.yaml": "" },
  };
}

/** Creates the ServiceAccount of profiling pods with its permissions, as the chart of a namespace-scoped operator does. */
async function addProfilingAccount(kube: NamespaceClient): Promise<void> {
  const name = PROFILING_SERVICE_ACCOUNT;
  const account: ServiceAccount = {
    apiVersion: serviceAccounts.apiVersion,
    kind: serviceAccounts.kind,
    metadata: { name },
  };
  const binding: RoleBinding = {
    apiVersion: roleBindings.apiVersion,
    kind: roleBindings.kind,
    metadata: { name },
    subjects: [{ kind: serviceAccounts.kind, name, namespace: kube.namespace }],
    roleRef: { apiGroup: roleBindings.group, kind: "ClusterRole", name: PROFILING_ROLE },
  };
  await kube.apply(serviceAccounts, account);
  await kube.apply(roleBindings, binding);
}
