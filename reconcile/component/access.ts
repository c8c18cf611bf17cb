import type { V1PolicyRule } from "@kubernetes/client-node";
import { KEEP, rule } from "../engine/policy_rules.ts";

/** What the component controller touches, and nothing more; the operator's role is generated from it. */
export function componentAccess(): V1PolicyRule[] {
  return [
    rule("nvidia.com", ["dynamocomponentdeployments"], ["list", "watch", "patch"]),
    rule("nvidia.com", ["dynamocomponentdeployments/status"], ["patch"]),
    // Asked for by the admission plug-in OwnerReferencesPermissionEnforcement, which OpenShift runs.
    rule("nvidia.com", ["dynamocomponentdeployments/finalizers"], ["update"]),
    rule("apps", ["deployments"], KEEP),
    rule("", ["services"], KEEP),
    rule("networking.k8s.io", ["ingresses"], KEEP),
    rule("", ["serviceaccounts"], ["list", "watch"]),
    // Only the registry hosts of pull Secrets are kept, see pull_secrets.ts.
    rule("", ["secrets"], ["list", "watch"]),
    rule("events.k8s.io", ["events"], ["create", "patch"]),
  ];
}
