import type { V1PolicyRule } from "@kubernetes/client-node";
import { mergeRules } from "../../kube/policy_rules.ts";
import { markerRules, scopeRules } from "../../lease/rbac.ts";
import { controllerRules } from "../../reconcile/engine/child_kind.ts";
import { CONTROLLERS } from "../../commands/run/controllers.ts";

/** The mode of the operator and its settings that change the permissions that it needs. */
export type RulesOptions =
  & (
    /** Acts in all namespaces and binds planners to the ClusterRole of this name. */
    | { plannerClusterRole: string; scope?: "cluster" }
    /** Acts in one namespace, where the installation creates the planner's ServiceAccount and its binding. */
    | { scope: "namespace" }
  )
  & {
    /** Whether the operator lists Secrets to find image pull Secrets; true by default. */
    pullSecretDiscovery?: boolean;
  };

/**
 * Returns all permissions of the operator, as its controllers declare them. Leader election needs further ones in the
 * namespace of its Lease: see `leaderRules`.
 */
export function operatorRules(options: RulesOptions): V1PolicyRule[] {
  const scoped = options.scope === "namespace";
  const settings = {
    plannerClusterRoleName: scoped ? "" : options.plannerClusterRole,
    plannerRbacProvided: scoped,
    pullSecretDiscovery: options.pullSecretDiscovery ?? true,
  };
  return mergeRules([
    ...CONTROLLERS.flatMap(({ kinds }) => controllerRules(kinds(settings))),
    ...(scoped ? markerRules() : scopeRules()),
  ]);
}

/**
 * Returns whether the rule covers a Lease of a namespace-scoped operator by name. The operator releases its Leases when
 * it stops, so these permissions must outlive the uninstallation that stops it.
 */
export function isLeaseReleaseRule({ resources, resourceNames }: V1PolicyRule): boolean {
  return resources?.includes("leases") === true && resourceNames !== undefined;
}
