import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { Deployment, Pod } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";

/** Any object of a kind that comes into being for a graph; the `kind` tells which. */
export type GraphObject =
  | { of: "graph"; object: DynamoGraphDeployment }
  | { of: "component"; object: DynamoComponentDeployment }
  | { of: "deployment"; object: Deployment }
  | { of: "pod"; object: Pod }
  | { of: "other"; object: KubeObject };

/** All objects of a namespace that may belong to a graph, at one moment. */
export type Snapshot = readonly KubeObject[];

/** Tells kinds apart for the type checker. What a kind's name says of an object's shape is taken for granted. */
export function graphObject(object: KubeObject): GraphObject {
  switch (object.kind) {
    case "DynamoGraphDeployment":
      return { of: "graph", object: object as DynamoGraphDeployment };
    case "DynamoComponentDeployment":
      return { of: "component", object: object as DynamoComponentDeployment };
    case "Deployment":
      return { of: "deployment", object: object as Deployment };
    case "Pod":
      return { of: "pod", object: object as Pod };
    default:
      return { of: "other", object };
  }
}

export function findGraph(snapshot: Snapshot, name: string): DynamoGraphDeployment | undefined {
  const found = snapshot.map(graphObject).find(({ of, object }) =>
    of === "graph" && object.metadata.name === name
  );
  return found?.of === "graph" ? found.object : undefined;
}

export function findComponent(
  snapshot: Snapshot,
  name: string,
): DynamoComponentDeployment | undefined {
  const found = snapshot.map(graphObject).find(({ of, object }) =>
    of === "component" && object.metadata.name === name
  );
  return found?.of === "component" ? found.object : undefined;
}

export function findDeployment(snapshot: Snapshot, name: string): Deployment | undefined {
  const found = snapshot.map(graphObject).find(({ of, object }) =>
    of === "deployment" && object.metadata.name === name
  );
  return found?.of === "deployment" ? found.object : undefined;
}

/** The uid of the object that made this one: its controller, or its first owner. */
export function makerOf({ metadata: { ownerReferences = [] } }: KubeObject): string | undefined {
  return (ownerReferences.find(({ controller }) => controller) ?? ownerReferences[0])?.uid;
}

/** The object with this uid and all that was made for it, however indirectly. */
export function familyOf(snapshot: Snapshot, uid: string): KubeObject[] {
  const family = new Set([uid]);
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const object of snapshot) {
      const maker = makerOf(object);
      if (maker !== undefined && family.has(maker)) family.add(object.metadata.uid ?? "");
    }
  }
  return snapshot.filter(({ metadata }) => family.has(metadata.uid ?? ""));
}

/** The objects of `before` that are not in `after`; one of the same name but another uid does not count. */
export function goneSince(before: Snapshot, after: Snapshot): KubeObject[] {
  const left = new Set(after.map(({ metadata }) => metadata.uid));
  return before.filter(({ metadata }) => !left.has(metadata.uid));
}

/** `1 graph, 2 Deployments, 5 pods`, in the order in which the kinds come. */
export function countKinds(objects: readonly KubeObject[]): string {
  const counts = new Map<string, number>();
  for (const { kind } of objects) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${count} ${plural(kindName(kind), count)}`).join(", ");
}

/** What people call a kind. */
export function kindName(kind: string): string {
  switch (kind) {
    case "DynamoGraphDeployment":
      return "graph";
    case "DynamoComponentDeployment":
      return "component";
    case "Pod":
      return "pod";
    case "PersistentVolumeClaim":
      return "claim";
    default:
      return kind;
  }
}

function plural(name: string, count: number): string {
  if (count === 1) return name;
  return name.endsWith("s") ? `${name}es` : `${name}s`;
}
