import { type AuditEntry, requestKind } from "../../devcluster/audit_entry.ts";

/** Moment at which a test kills the operator: after its first write of the kind `first`, or after `count` writes. */
export type KillPoint = { first: WriteKind } | { count: number };

/** Every kind of write that the operator sends for a new {@link fullGraph}. */
export const WRITE_KINDS = [
  "PersistentVolumeClaim",
  "ServiceAccount",
  "Role",
  "RoleBinding",
  "planner ServiceAccount",
  "planner RoleBinding",
  "component",
  "Deployment",
  "Service",
  "model Service",
  "Ingress",
  "scaling adapter",
  "status of a scaling adapter",
  "status of a component",
  "status of a graph",
] as const;

export type WriteKind = typeof WRITE_KINDS[number];

/** Returns the kind of a write in the audit log; undefined for a write of an Event. */
export function writeKindOf(entry: AuditEntry): WriteKind | undefined {
  const { resource, subresource, name } = entry;
  const ofPlanner = name.startsWith("planner-serviceaccount");
  switch (subresource ? `${resource}/${subresource}` : resource) {
    case "persistentvolumeclaims":
      return "PersistentVolumeClaim";
    case "serviceaccounts":
      return ofPlanner ? "planner ServiceAccount" : "ServiceAccount";
    case "roles":
      return "Role";
    case "rolebindings":
      return ofPlanner ? "planner RoleBinding" : "RoleBinding";
    case "dynamocomponentdeployments":
      return "component";
    case "deployments":
      return "Deployment";
    case "services":
      return name.startsWith("dynamo-model-") ? "model Service" : "Service";
    case "ingresses":
      return "Ingress";
    case "dynamographdeploymentscalingadapters":
      return "scaling adapter";
    case "dynamographdeploymentscalingadapters/status":
      return "status of a scaling adapter";
    case "dynamocomponentdeployments/status":
      return "status of a component";
    case "dynamographdeployments/status":
      return "status of a graph";
    case "events":
      return undefined;
  }
  throw new Error(`Cannot determine the kind of the write "${requestKind(entry)}"`);
}

/** Returns whether these writes have reached the kill point. Writes of Events do not count. */
export function isReached(point: KillPoint, writes: readonly AuditEntry[]): boolean {
  if ("count" in point) return writes.length >= point.count;
  return writes.some((entry) => writeKindOf(entry) === point.first);
}

export function describeKillPoint(point: KillPoint): string {
  return "count" in point ? `after write ${point.count}` : `after the first ${point.first}`;
}
