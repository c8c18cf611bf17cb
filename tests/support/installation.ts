import type { Cluster } from "../../devcluster/cluster.ts";
import type { ServiceAccountAccess } from "../../devcluster/service_account.ts";
import { operatorRules } from "../../reconcile/operator_rules.ts";

const CRDS = new URL("../../chart/crds/templates", import.meta.url).pathname;

export const PLANNER_ROLE = "dynamo-planner";
export const OPERATOR_NAMESPACE = "dynamo-system";

/** Installs the CRDs as a user would, client-side. */
export async function installCrds(cluster: Cluster): Promise<void> {
  await cluster.kubectl(["apply", "-f", CRDS]);
  await cluster.kubectl(["wait", "--for=condition=Established", "--timeout=30s", "-f", CRDS]);
}

/** Makes the operator's account with exactly the rights that its controllers declare. */
export async function operatorAccount(
  cluster: Cluster,
  name = "dynamo-operator",
): Promise<ServiceAccountAccess> {
  return await cluster.serviceAccount({
    namespace: OPERATOR_NAMESPACE,
    name,
    rules: operatorRules({ plannerClusterRole: PLANNER_ROLE }),
  });
}
