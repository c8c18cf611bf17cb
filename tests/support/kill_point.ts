import { type AuditEntry, requestKind } from "../../devcluster/audit_entry.ts";

/** A moment in a roll-out: right after the first write of a sort, or after so many writes. */
export type KillPoint = { first: WriteKind } | { count: number };

/** Every sort of write in the roll-out of a graph that needs all there is. */
export const WRITE_KINDS = [
  "claim",
  "account",
  "role",
  "binding",
  "planner's account",
  "planner's binding",
  "component",
  "Deployment",
  "Service",
  "model Service",
  "Ingress",
  "status of a component",
  "status of a graph",
] as const;

export type WriteKind = typeof WRITE_KINDS[number];

/** What a write of the operator writes; undefined for events. */
export function writeKindOf(entry: AuditEntry): WriteKind | undefined {
  const { resource, subresource, name } = entry;
  const ofPlanner = name.startsWith("planner-serviceaccount");
  switch (subresource ? `${resource}/${subresource}` : resource) {
    case "persistentvolumeclaims":
      return "claim";
    case "serviceaccounts":
      return ofPlanner ? "planner's account" : "account";
    case "roles":
      return "role";
    case "rolebindings":
      return ofPlanner ? "planner's binding" : "binding";
    case "dynamocomponentdeployments":
      return "component";
    case "deployments":
      return "Deployment";
    case "services":
      return name.startsWith("dynamo-model-") ? "model Service" : "Service";
    case "ingresses":
      return "Ingress";
    case "dynamocomponentdeployments/status":
      return "status of a component";
    case "dynamographdeployments/status":
      return "status of a graph";
    case "events":
      return undefined;
  }
  throw new Error(`Cannot tell what "${requestKind(entry)}" writes`);
}

/** Whether these writes, events left out, have come to the point. */
export function isReached(point: KillPoint, writes: readonly AuditEntry[]): boolean {
  if ("count" in point) return writes.length >= point.count;
  return writes.some((entry) => writeKindOf(entry) === point.first);
}

export function describeKillPoint(point: KillPoint): string {
  return "count" in point ? `after write ${point.count}` : `after the first ${point.first}`;
}
