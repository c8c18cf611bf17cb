import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { Client } from "../../kube/client.ts";
import { ApiError } from "../../kube/errors.ts";
import { withInitialFields } from "../../reconcile/apply/decide.ts";
import { undeclaredFields } from "../../reconcile/apply/write_errors.ts";
import type { Environment } from "../../reconcile/testing/environments.ts";
import { planObjects } from "../../reconcile/testing/graph_objects.ts";
import { platformConfig } from "../../reconcile/testing/platform_config.ts";
import { PLANNER_ROLE } from "./installation.ts";

/** Configuration of the operators that the tests start. It names the planner ClusterRole. */
export const TEST_CONFIG = platformConfig({ plannerClusterRoleName: PLANNER_ROLE });

/**
 * Returns the texts that condition `Ready` must contain for a stored graph. If the graph is invalid, the texts name its
 * invalid fields. Otherwise, the texts name the fields of planned objects that the API server reports as invalid.
 * Returns an empty list if the operator can create every child.
 *
 * @param at.namespace an empty namespace, in which the API server checks the planned objects by dry run
 */
export async function expectedFaults(
  graph: DynamoGraphDeployment,
  environment: Environment,
  { client, namespace }: { client: Client; namespace: string },
): Promise<string[]> {
  const elsewhere = { ...graph, metadata: { ...graph.metadata, namespace } };
  const { plan, planned } = planObjects(elsewhere, environment, [], TEST_CONFIG);
  if (plan.problems.length > 0) return plan.problems.map(({ field, message }) => field ?? message);
  const refusals = planned.map(async (planned) => {
    const manifest = withInitialFields(planned.manifest, { planned, live: undefined });
    try {
      await client.apply(planned.resource, manifest, { dryRun: true });
      return [];
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const fields = error.details?.causes?.flatMap(({ field }) => field ?? []) ?? [];
      const named = [...fields, ...undeclaredFields(error)];
      return named.length > 0 ? named : [error.serverMessage];
    }
  });
  return (await Promise.all(refusals)).flat();
}
