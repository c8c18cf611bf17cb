import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { persistentVolumeClaims } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import type { Statement } from "../../kube/conditions.ts";
import type { Observed } from "../apply/observed.ts";
import { describeWriteError, isRefused } from "../apply/execution.ts";
import { conditionOf, REASONS } from "../dynamo/conditions.ts";
import { type PvcResize, pvcResizes } from "./pvcs.ts";

const TYPE = "PersistentVolumeClaimsResized";

/** A graph, and the PVCs that exist. */
export interface ResizeInput {
  object: DynamoGraphDeployment;
  observed: Observed;
  paused: boolean;
}

/**
 * Returns a function that expands the PVCs of a graph to the sizes in its spec. The function returns the condition with
 * the reasons why PVCs keep their size; an empty list if there are none. It sends a refused expansion again only for a
 * new generation of the graph, because the result depends only on the StorageClass and the spec.
 */
export function createPvcResizer(
  client: Pick<Client, "patch">,
): (input: ResizeInput, signal: AbortSignal) => Promise<Statement[]> {
  return async ({ object, observed, paused }, signal) => {
    const { namespace, generation } = object.metadata;
    const resizes = pvcResizes(object, observed);
    if (resizes.length === 0) return [];
    const before = conditionOf(object.status, TYPE);
    const isRefusedBefore = before?.observedGeneration === generation &&
      before?.reason === REASONS.resizeRefused;
    if (before && isRefusedBefore) return [statement(before.reason, before.message)];
    const shrinking = resizes.filter(({ grows }) => !grows).map((resize) =>
      `${keeps(resize)}: Kubernetes cannot shrink a PersistentVolumeClaim`
    );
    const refused: string[] = [];
    for (const resize of resizes) {
      if (!resize.grows || paused) continue;
      const body = { spec: { resources: { requests: { storage: resize.to } } } };
      const { name } = resize;
      try {
        const patch = { type: "merge", body } as const;
        await client.patch(persistentVolumeClaims, { namespace, name }, patch, { signal });
      } catch (error) {
        const ref = { ...persistentVolumeClaims, namespace, name };
        if (!isRefused({ ref, error })) throw error;
        refused.push(`${keeps(resize)}: ${describeWriteError({ ref, error })}`);
      }
    }
    if (refused.length > 0) {
      return [statement(REASONS.resizeRefused, [...refused, ...shrinking].join("; "))];
    }
    return shrinking.length > 0 ? [statement(REASONS.cannotShrink, shrinking.join("; "))] : [];
  };
}

function keeps({ name, from, to }: PvcResize): string {
  return `PersistentVolumeClaim "${name}" keeps its size ${from} instead of ${to}`;
}

function statement(reason: string, message: string): Statement {
  return { type: TYPE, status: "False", reason, message };
}
