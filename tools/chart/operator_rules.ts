import type { V1PolicyRule } from "@kubernetes/client-node";
import { markerRules, scopeRules } from "../../lease/rbac.ts";
import { definitionRule } from "../../reconcile/partition/definition_time.ts";
import { MPI_SECRET_NAME } from "../../reconcile/dynamo/platform_config.ts";
import { controllerRules } from "../../reconcile/engine/child_kind.ts";
import { CONTROLLERS } from "../../commands/run/controllers.ts";
import { mergeRules } from "./merge_rules.ts";

/** Scope and settings that determine which permissions an operator needs. */
export type RulesOptions =
  & (
    /** Cluster-wide operator. It binds the ServiceAccounts of planners and profiling Jobs to these ClusterRoles. */
    | { plannerClusterRole: string; profilingClusterRole: string; scope?: "cluster" }
    /** Namespace-scoped operator. The chart creates the ServiceAccounts and Roles of planners and profiling Jobs. */
    | { scope: "namespace" }
  )
  & {
    /** Whether the operator lists Secrets to find image pull Secrets; true by default. */
    pullSecretDiscovery?: boolean;
    /** Whether the flag for an Istio gateway is set, so that the operator writes VirtualServices; false by default. */
    virtualServices?: boolean;
    /** Name of the Secret with the SSH key of multinode TensorRT-LLM services. */
    mpiSecretName?: string;
  };

/**
 * Returns all RBAC rules of the operator, as its controllers declare them. Leader election needs additional rules in
 * the namespace of the leader Lease: see `leaderRules`.
 */
export function operatorRules(options: RulesOptions): V1PolicyRule[] {
  const scoped = options.scope === "namespace";
  const settings = {
    plannerClusterRoleName: scoped ? "" : options.plannerClusterRole,
    profilingClusterRoleName: scoped ? "" : options.profilingClusterRole,
    plannerRbacProvided: scoped,
    pullSecretDiscovery: options.pullSecretDiscovery ?? true,
    virtualServiceGateway: options.virtualServices ? "any" : "",
    mpiSecret: { name: options.mpiSecretName ?? MPI_SECRET_NAME, namespace: "" },
  };
  return mergeRules([
    ...CONTROLLERS.flatMap(({ kinds }) => controllerRules(kinds(settings))),
    // The chart of the CRDs grants `definitionRule` to a namespace-scoped operator, because a Role cannot grant access
    // to a CRD.
    ...(scoped ? markerRules() : [...scopeRules(), definitionRule]),
  ]);
}

/**
 * Returns whether a rule applies only to named Leases. A namespace-scoped operator releases these Leases when it stops,
 * so these rules must still exist when `helm uninstall` stops the operator.
 */
export function isLeaseReleaseRule({ resources, resourceNames }: V1PolicyRule): boolean {
  return resources?.includes("leases") === true && resourceNames !== undefined;
}
