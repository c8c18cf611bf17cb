import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { persistentVolumeClaims } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import type { Clock } from "../../kube/clock.ts";
import type { Statement } from "../../kube/conditions.ts";
import { isFailedRequest } from "../../kube/errors.ts";
import type { Observed } from "../apply/observed.ts";
import { describeWriteError, isRefused } from "../apply/execution.ts";
import { REASONS } from "../dynamo/conditions.ts";
import { createPacedAttempts } from "../engine/paced_attempts.ts";
import { type PvcResize, pvcResizes } from "./pvcs.ts";

/** A graph, and the PVCs that exist. */
export interface ResizeInput {
  object: DynamoGraphDeployment;
  observed: Observed;
  paused: boolean;
}

/** Result of expanding the PVCs of a graph. */
export interface ResizeResult {
  /** The condition about PVCs that keep an outdated size, with the reasons; an empty list if there are no such PVCs. */
  conditions: Statement[];
  /** Time in milliseconds until the next attempt; absent if no attempt is necessary. */
  retryMs?: number;
}

interface Failure {
  reason: string;
  message: string;
  /** Time in milliseconds until the next attempt; Infinity if the attempt requires a new generation of the graph. */
  waitMs: number;
}

/**
 * Returns a function that expands the PVCs of a graph to the sizes in its spec. If the StorageClass does not allow the
 * expansion, the function does not retry. It sends a new request only for a new generation of the graph, or after a
 * restart of the operator. It repeats other failed requests at increasing intervals, because no watch event reports
 * when the cause disappears.
 */
export function createPvcResizer(
  { client, clock }: { client: Pick<Client, "patch">; clock: Pick<Clock, "now"> },
): (input: ResizeInput, signal: AbortSignal) => Promise<ResizeResult> {
  const attempts = createPacedAttempts<Omit<Failure, "waitMs"> & { isFinal: boolean }>(clock);

  return async ({ object, observed, paused }, signal) => {
    const { namespace, generation } = object.metadata;
    const resizes = pvcResizes(object, observed);
    const failures: Failure[] = [];
    for (const resize of paused ? [] : resizes.filter(({ grows }) => grows)) {
      const failure = await expand(resize, { namespace, generation, signal });
      if (failure) failures.push(failure);
    }
    const shrinking = resizes.filter(({ grows }) => !grows).map((resize): Failure => ({
      reason: REASONS.cannotShrink,
      message: `${keeps(resize)}: Kubernetes cannot shrink a PersistentVolumeClaim`,
      waitMs: Infinity,
    }));
    return resultOf([...failures, ...shrinking]);
  };

  /** Expands a PVC if an attempt is due. Returns the last failure; undefined if the request succeeded. */
  async function expand(
    resize: PvcResize,
    { namespace, generation, signal }: {
      namespace: string | undefined;
      generation: number | undefined;
      signal: AbortSignal;
    },
  ): Promise<Failure | undefined> {
    const { name, uid, to } = resize;
    const key = `${uid} ${generation} ${to}`;
    const last = attempts.last(key);
    if (last?.result.isFinal) return { ...last.result, waitMs: Infinity };
    if (last && last.waitMs > 0) return { ...last.result, waitMs: last.waitMs };
    // With the UID in its body, the patch cannot change another PVC with the same name.
    const body = { metadata: { uid }, spec: { resources: { requests: { storage: to } } } };
    try {
      const patch = { type: "merge", body } as const;
      await client.patch(persistentVolumeClaims, { namespace, name }, patch, { signal });
      attempts.forget(key);
      return undefined;
    } catch (error) {
      if (!isFailedRequest(error) || signal.aborted) throw error;
      const failed = { ref: { ...persistentVolumeClaims, namespace, name }, error };
      const result = {
        reason: isRefused(failed) ? REASONS.resizeRefused : REASONS.resizeFailed,
        message: `${keeps(resize)}: ${describeWriteError(failed)}`,
        isFinal: NOT_EXPANDABLE.test(error.message),
      };
      const waitMs = attempts.repeat(key, result);
      return { ...result, waitMs: result.isFinal ? Infinity : waitMs };
    }
  }
}

/** Message of the API server if the StorageClass does not allow the expansion of PVCs. */
const NOT_EXPANDABLE = /storageclass that provisions the pvc must support resize/;

/** Returns the condition with the reason of the first failure, and the messages of all failures. */
function resultOf(failures: readonly Failure[]): ResizeResult {
  const [first] = failures;
  if (!first) return { conditions: [] };
  const message = failures.map(({ message }) => message).join("; ");
  const retryMs = Math.min(...failures.map(({ waitMs }) => waitMs));
  return {
    conditions: [{
      type: "PersistentVolumeClaimsResized",
      status: "False",
      reason: first.reason,
      message,
    }],
    ...(retryMs < Infinity && { retryMs }),
  };
}

function keeps({ name, from, to }: PvcResize): string {
  return `PersistentVolumeClaim "${name}" keeps its size ${from} instead of ${to}`;
}
