import type { CrdManifest } from "../../crds/manifest.ts";
import type { Cluster } from "../../devcluster/cluster.ts";
import type { ServiceAccountAccess } from "../../devcluster/service_account.ts";
import { until } from "../../devcluster/until.ts";
import { operatorRules } from "../../reconcile/operator_rules.ts";

const CRDS = new URL("../../chart/crds/templates", import.meta.url).pathname;

const ESTABLISHED_DEADLINE_MS = 60_000;

export const PLANNER_ROLE = "dynamo-planner";
export const OPERATOR_NAMESPACE = "dynamo-system";

/** Installs the CRDs as a user would, client-side. */
export async function installCrds(cluster: Cluster): Promise<void> {
  await cluster.kubectl(["apply", "-f", CRDS]);
  await untilEstablished(cluster, CRDS);
}

/** Installs kinds that are not those of the chart, and waits until they are served. */
export async function installManifests(
  cluster: Cluster,
  manifests: readonly CrdManifest[],
): Promise<void> {
  const list = { apiVersion: "v1", kind: "List", items: manifests };
  const text = JSON.stringify(list);
  await cluster.kubectl(["create", "-f", "-"], text);
  await untilEstablished(cluster, "-", text);
}

/** kubectl gives up on a CRD that has no conditions yet, as it is in its first moment; so it is asked again. */
async function untilEstablished(cluster: Cluster, file: string, stdin?: string): Promise<void> {
  const wait = ["wait", "--for=condition=Established", "--timeout=10s", "-f", file];
  await until("the CRDs to be served", ESTABLISHED_DEADLINE_MS, async () => {
    try {
      return await cluster.kubectl(wait, stdin);
    } catch (error) {
      if (error instanceof Error && error.message.includes("accessor error")) return undefined;
      throw error;
    }
  });
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
