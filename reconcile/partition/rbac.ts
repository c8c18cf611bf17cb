import type { V1PolicyRule } from "@kubernetes/client-node";
import { ddbctlDpJobNames } from "../../crds/names.ts";
import { rule } from "../../kube/policy_rules.ts";

/** What the controller of partition jobs touches, and nothing more; the operator's role is generated from it. */
export function partitionAccess(): V1PolicyRule[] {
  const { group, plural } = ddbctlDpJobNames;
  return [
    // `get` besides what the watch tells: nothing is begun, or given up, on what may be old news.
    rule(group, [plural], ["get", "list", "watch"]),
    rule(group, [`${plural}/status`], ["patch"]),
    rule(group, [`${plural}/finalizers`], ["update"]),
    rule("batch", ["jobs"], ["get", "list", "watch", "create", "patch", "delete"]),
    rule("", ["pods"], ["list", "watch", "patch", "delete"]),
    // Neither to read nor to change: the Secret with a partition's value is written once.
    rule("", ["secrets"], ["create"]),
    rule("events.k8s.io", ["events"], ["create", "patch"]),
  ];
}
