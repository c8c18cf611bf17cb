import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { type Pod, pods } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import type { Clock } from "../../kube/clock.ts";
import { isFailedRequest } from "../../kube/errors.ts";
import type { PodClique } from "../../kube/optional_kinds.ts";
import { causesIn, isSameCauses } from "../component/pod_causes.ts";
import { firstPage, readCauses } from "../component/read_causes.ts";
import { conditionOf } from "../dynamo/conditions.ts";
import { createPacedAttempts } from "../engine/paced_attempts.ts";
import { POD_CLIQUE_LABEL } from "../grove/names.ts";
import { groveNotReady, reportedUpdates } from "../grove/readiness.ts";
import { type GroveFindings, NO_FINDINGS } from "./grove_status.ts";
import type { GraphObserved } from "./observed.ts";
import type { GraphPlan } from "./plan.ts";

/** Label of PodCliques and pods. Its value is the hash of their pod template. */
const TEMPLATE_HASH_LABEL = "grove.io/pod-template-hash";
/** Maximum number of PodCliques whose pods the operator reads in one reconciliation. */
const MAX_CLIQUES = 10;
const MAX_PODS = 500;

/** A graph, and its state on Grove. */
export interface GrovePodsInput {
  object: DynamoGraphDeployment;
  plan: Pick<GraphPlan, "grove">;
  observed: Pick<GraphObserved, "grove">;
}

/**
 * The findings about the pods of a graph. `retryMs` is the time in milliseconds until the next read; absent if no
 * further read is necessary.
 */
export interface GrovePods {
  findings: GroveFindings;
  retryMs?: number;
}

/**
 * Returns a function that reads the pods of PodCliques that are not ready. The operator does not watch pods, because a
 * cluster has many of them. The function first reads the pods some seconds after a change, and then at increasing
 * intervals. If the status contains findings of an earlier process, the function reads the pods immediately, so that a
 * restart of the operator does not change the status.
 */
export function createGrovePodReader(
  { client, clock }: { client: Pick<Client, "pages">; clock: Pick<Clock, "now"> },
): (input: GrovePodsInput, signal: AbortSignal) => Promise<GrovePods> {
  const attempts = createPacedAttempts<{ state: string; findings: GroveFindings }>(clock);

  return async ({ object, plan, observed }, signal) => {
    const { namespace, uid = "", generation } = object.metadata;
    const live = observed.grove?.podCliqueSet;
    const { reasons, updating, starting } = plan.grove && observed.grove && live
      ? groveNotReady(live, plan.grove.services, observed.grove)
      : { reasons: [], updating: [], starting: [] };
    if (updating.length + starting.length === 0) {
      attempts.forget(uid);
      return { findings: NO_FINDINGS };
    }
    const state = JSON.stringify([generation, live?.metadata.generation, reasons]);
    const last = attempts.last(uid);
    const reported = last ? undefined : reportedFindings(object);
    const before = last?.result.findings ?? reported ?? NO_FINDINGS;
    if (last?.result.state !== state && !reported) {
      attempts.forget(uid);
      const findings = { ...NO_FINDINGS, causes: before.causes };
      return { findings, retryMs: attempts.repeat(uid, { state, findings }) };
    }
    if (last && last.waitMs > 0) return { findings: before, retryMs: last.waitMs };
    const labelSelector = `${POD_CLIQUE_LABEL} in (${namesOf(starting).join(",")})`;
    const found = starting.length > 0
      ? await readCauses(client, { namespace, labelSelector, signal }, { progress: true }) ??
        before.causes
      : [];
    const causes = isSameCauses(found, before.causes) ? before.causes : found;
    const findings = { causes, updated: await updatedOf(updating, before.updated, signal) };
    return { findings, retryMs: attempts.repeat(uid, { state, findings }) };
  };

  /**
   * Returns the names of the PodCliques in which all pods have the newest template. If a read fails, returns the
   * previous result `before`.
   */
  async function updatedOf(
    cliques: readonly PodClique[],
    before: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<ReadonlySet<string>> {
    const updated = new Set<string>();
    try {
      for (const clique of cliques.slice(0, MAX_CLIQUES)) {
        const { name, namespace } = clique.metadata;
        const labelSelector = `${POD_CLIQUE_LABEL}=${name}`;
        const options = { namespace, labelSelector, signal, limit: MAX_PODS };
        if (areUpdated(await firstPage(client, pods, options), clique)) updated.add(name);
      }
      return updated;
    } catch (error) {
      if (isFailedRequest(error)) return before;
      throw error;
    }
  }
}

/** Returns the findings in the status of a graph; undefined if the status contains none for the newest generation. */
function reportedFindings(
  { metadata, status }: DynamoGraphDeployment,
): GroveFindings | undefined {
  if (status?.observedGeneration !== metadata.generation) return undefined;
  const { message } = conditionOf(status, "Ready") ?? {};
  const [causes, updated] = [causesIn(message), reportedUpdates(message)];
  return causes.length + updated.size > 0 ? { causes, updated } : undefined;
}

function areUpdated(found: readonly Pod[], { metadata, spec }: PodClique): boolean {
  const hash = metadata.labels?.[TEMPLATE_HASH_LABEL];
  return hash !== undefined && found.length >= spec.replicas &&
    found.every((pod) => pod.metadata.labels?.[TEMPLATE_HASH_LABEL] === hash);
}

function namesOf(cliques: readonly PodClique[]): string[] {
  return cliques.slice(0, MAX_CLIQUES).map(({ metadata }) => metadata.name);
}
