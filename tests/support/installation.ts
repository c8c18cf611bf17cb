import type { CrdManifest } from "../../crds/emit/manifests.ts";
import type { Cluster } from "../../devcluster/cluster.ts";
import { untilServed } from "../../devcluster/kubectl.ts";
import type { ServiceAccountAccess } from "../../devcluster/service_account.ts";
import { leaderRules } from "../../lease/rbac.ts";
import { operatorRules } from "../../tools/chart/operator_rules.ts";

const CRDS = new URL("../../chart/crds/templates", import.meta.url).pathname;
const CRD_READER =
  new URL("../../chart/crds/access/dynamo-crd-reader.yaml", import.meta.url).pathname;

export const PLANNER_ROLE = "dynamo-planner";
export const PROFILING_ROLE = "dynamo-profiling";
/** ClusterRoles to which a cluster-wide operator binds the ServiceAccounts of pods. */
export const POD_ROLES = { plannerClusterRole: PLANNER_ROLE, profilingClusterRole: PROFILING_ROLE };
export const OPERATOR_NAMESPACE = "dynamo-system";
/** Namespace of the ServiceAccounts of namespace-scoped operators. It is part of their user names in the audit log. */
export const RESTRICTED_OPERATOR_NAMESPACE = "dynamo-restricted";

/** Installs the CRDs of the chart by client-side apply, as a user does, and waits until the API server serves them. */
export async function installCrds(cluster: Pick<Cluster, "kubectl">): Promise<void> {
  await cluster.kubectl(["apply", "-f", CRDS, "-f", CRD_READER]);
  await untilServed(cluster.kubectl, ["-f", CRDS]);
}

/** Installs these CRDs instead of the CRDs of the chart, and waits until the API server serves them. */
export async function installManifests(
  cluster: Cluster,
  manifests: readonly CrdManifest[],
): Promise<void> {
  const list = { apiVersion: "v1", kind: "List", items: manifests };
  await cluster.kubectl(["create", "-f", "-"], JSON.stringify(list));
  await untilServed(cluster.kubectl, manifests.map(({ metadata }) => `crd/${metadata.name}`));
}

/**
 * Creates the ServiceAccount of an operator, with exactly the permissions that the controllers of the operator declare.
 * The RoleBindings are in the same namespaces as the RoleBindings of the chart.
 */
export async function operatorServiceAccount(
  cluster: Cluster,
  name = "dynamo-operator",
  /** The only namespace to which a namespace-scoped operator writes; if absent, the operator is cluster-wide. */
  restrictedTo?: string,
  /** Whether the operator runs with an Istio gateway. */
  virtualServices = false,
): Promise<ServiceAccountAccess> {
  const leader = { namespace: restrictedTo ?? "kube-system", rules: leaderRules() };
  if (restrictedTo === undefined) {
    return await cluster.serviceAccount({
      namespace: OPERATOR_NAMESPACE,
      name,
      rules: operatorRules({ ...POD_ROLES, virtualServices }),
      namespaced: [leader],
    });
  }
  return await cluster.serviceAccount({
    namespace: RESTRICTED_OPERATOR_NAMESPACE,
    name,
    namespaced: [{
      ...leader,
      rules: [...operatorRules({ scope: "namespace", virtualServices }), ...leader.rules],
    }],
  });
}
