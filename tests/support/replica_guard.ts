import type { Cluster } from "../../devcluster/cluster.ts";
import { render } from "../chart/render.ts";

const KINDS = ["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"];

/**
 * Installs the chart's admission policy. The policy refuses changes to the `replicas` of a service if a scaling adapter
 * sets them. Disposing the result removes the policy.
 */
export async function installReplicaGuard(
  { kubectl }: Pick<Cluster, "kubectl">,
): Promise<AsyncDisposable> {
  const items = (await render()).filter(({ kind }) => KINDS.includes(kind));
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  await kubectl(["apply", "-f", "-"], list);
  return {
    async [Symbol.asyncDispose]() {
      await kubectl(["delete", "-f", "-"], list);
    },
  };
}
