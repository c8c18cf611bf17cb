import type { KubeObject } from "../../kube/object.ts";
import { countKinds, kindName, makerOf, type Snapshot } from "../world/snapshot.ts";
import { type State, stateOf } from "./state.ts";

/** One object in the tree. */
export interface TreeRow {
  uid: string;
  kind: string;
  /** What is drawn before the object: `│  └─ `. */
  branch: string;
  /** Kind and name. */
  label: string;
  state: State;
}

export interface Tree {
  rows: TreeRow[];
  /** How many objects there are of kinds that have no state: `3 Services, 1 Role`. */
  beside: string;
}

const ORDER = ["DynamoGraphDeployment", "DynamoComponentDeployment", "Deployment", "Pod"];

/**
 * Orders objects as graph → components → Deployments → pods. ReplicaSets are left out and their pods put where they
 * would be. What has lost its maker becomes a root, so that nothing that is left can hide.
 */
export function treeOf(snapshot: Snapshot): Tree {
  const replicaSets = new Map(
    snapshot.filter(({ kind }) => kind === "ReplicaSet")
      .map((object) => [object.metadata.uid ?? "", object]),
  );
  const shown = snapshot.flatMap((object) => {
    const state = stateOf(object);
    return state ? [{ object, state }] : [];
  }).sort((a, b) => compare(a.object, b.object));
  const present = new Set(shown.map(({ object }) => object.metadata.uid));

  const maker = (object: KubeObject): string | undefined => {
    const uid = makerOf(object);
    const replicaSet = replicaSets.get(uid ?? "");
    const visible = replicaSet ? makerOf(replicaSet) : uid;
    return present.has(visible) ? visible : undefined;
  };

  function rowsBelow(parent: string | undefined, indent: string): TreeRow[] {
    const children = shown.filter(({ object }) => maker(object) === parent);
    return children.flatMap(({ object, state }, index) => {
      const last = index === children.length - 1;
      const { uid = "", name } = object.metadata;
      const root = parent === undefined;
      const row: TreeRow = {
        uid,
        kind: object.kind,
        branch: root ? "" : `${indent}${last ? "└─ " : "├─ "}`,
        label: `${kindName(object.kind)} ${name}`,
        state,
      };
      return [row, ...rowsBelow(uid, root ? "" : `${indent}${last ? "   " : "│  "}`)];
    });
  }

  const beside = snapshot.filter((object) =>
    stateOf(object) === undefined && object.kind !== "ReplicaSet"
  );
  return { rows: rowsBelow(undefined, ""), beside: countKinds(beside) };
}

function compare(a: KubeObject, b: KubeObject): number {
  const byKind = ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind);
  if (byKind !== 0) return byKind;
  return a.metadata.name < b.metadata.name ? -1 : 1;
}
