import type { V1PolicyRule } from "@kubernetes/client-node";
import { CHILD_VERBS, rule } from "../../kube/policy_rules.ts";

/** What the component controller touches, and nothing more; the operator's role is generated from it. */
export function componentAccess(): V1PolicyRule[] {
  return [
    rule("nvidia.com", ["dynamocomponentdeployments"], ["list", "watch", "patch"]),
    rule("nvidia.com", ["dynamocomponentdeployments/status"], ["patch"]),
    // Asked for by the admission plug-in OwnerReferencesPermissionEnforcement, which OpenShift runs.
    rule("nvidia.com", ["dynamocomponentdeployments/finalizers"], ["update"]),
    rule("apps", ["deployments"], CHILD_VERBS),
    rule("", ["services"], CHILD_VERBS),
    rule("networking.k8s.io", ["ingresses"], CHILD_VERBS),
    rule("", ["serviceaccounts"], ["list", "watch"]),
    rule("events.k8s.io", ["events"], ["create", "patch"]),
  ];
}

/** What finding the pull Secrets of an image takes. Only the hosts of their registries are kept, see pull_secrets.ts. */
export function pullSecretAccess(): V1PolicyRule[] {
  return [rule("", ["secrets"], ["list", "watch"])];
}
