import type { DynamoGraphDeployment, GraphStatus } from "../../crds/kinds/graph.ts";
import { ANNOTATIONS } from "../../crds/labels.ts";
import { setConditions, type Statement } from "../../kube/conditions.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Execution } from "../apply/execution.ts";
import { controllerOf } from "../apply/ownership.ts";
import { readiness, REASONS } from "../dynamo/conditions.ts";
import { describeProblem } from "../dynamo/problem.ts";
import { compositionOf } from "../grove/composition.ts";
import { memberName } from "../grove/names.ts";
import type { GroveObserved } from "../grove/observed.ts";
import type { GrovePlan } from "../grove/plan.ts";
import { groveNotReady } from "../grove/readiness.ts";
import {
  describeGroveError,
  isAboutPodCliqueSet,
  isGroveUnavailable,
} from "../grove/write_errors.ts";
import type { GraphObserved } from "./observed.ts";
import type { GraphPlan } from "./plan.ts";

/** Findings about the pods of a graph on Grove. */
export interface GroveFindings {
  /** Names of the PodCliques in which all pods have the newest template. */
  updated: ReadonlySet<string>;
  /** The reasons why pods are not ready. */
  causes: readonly string[];
}

/** Findings about a graph before the operator has read its pods. */
export const NO_FINDINGS: GroveFindings = { updated: new Set(), causes: [] };

const RECREATED =
  `PodCliqueSet is deleted and created again, because annotation ${ANNOTATIONS.recreatePodCliqueSet} requests it`;

/** Returns the reasons why Grove does not run the planned pods of a graph; an empty list if it does. */
export function groveReasons(
  { obsolete, podCliqueSet, services, waitMs }: GrovePlan,
  observed: GroveObserved,
  { updated, causes }: GroveFindings,
): string[] {
  const live = observed.podCliqueSet;
  if (obsolete) return [RECREATED];
  if (!live || !podCliqueSet) return [];
  if (live.metadata.deletionTimestamp) return [waitsForDeletion(live)];
  const { reasons } = groveNotReady(live, services, observed, updated);
  if (waitMs > 0) {
    reasons.unshift(
      "the operator writes the newest template after Grove has observed the previous change",
    );
  }
  return reasons.length > 0 ? [...reasons, ...causes] : [];
}

/**
 * Returns the status of a graph that is being deleted and waits for the deletion of its PodCliqueSet; undefined if it
 * does not wait.
 */
export function deletingStatus(
  { metadata: { uid, generation = 0 }, status = {} }: DynamoGraphDeployment,
  { podCliqueSets }: Pick<GraphObserved, "podCliqueSets">,
  nowIso: string,
): GraphStatus | undefined {
  const live = podCliqueSets.find((set) => controllerOf(set)?.uid === uid);
  if (!live) return undefined;
  const message =
    `The graph is being deleted and waits for ${live.kind} "${live.metadata.name}", which ${UNTIL_DELETED}`;
  const statements = readiness("reconciling", REASONS.terminating, message);
  const conditions = setConditions(status.conditions ?? [], statements, { generation, nowIso });
  return { ...status, observedGeneration: generation, state: "pending", conditions };
}

const UNTIL_DELETED =
  "exists until the operator of Grove has deleted its pods and removed its finalizer";

function waitsForDeletion({ kind }: KubeObject): string {
  return `${kind} is being deleted, and ${UNTIL_DELETED}`;
}

/**
 * Returns the time in milliseconds until the operator writes the first status of a graph. The operator waits until
 * Grove has observed the PodCliqueSet, usually for about a second. If Grove does not observe the PodCliqueSet within
 * {@link FIRST_STATUS_MS}, the first status reports this problem. During the wait, the status has the default
 * `observedGeneration`, so clients see that the graph is in progress.
 */
export function firstStatusWaitMs(
  {
    object: { status },
    plan: { grove: plan, problems },
    observed: { grove },
    execution: { errors, blocked },
  }: {
    object: DynamoGraphDeployment;
    plan: Pick<GraphPlan, "grove" | "problems">;
    observed: Pick<GraphObserved, "grove">;
    execution: Pick<Execution, "errors" | "blocked">;
  },
  nowIso: string,
): number {
  const live = grove?.podCliqueSet;
  const isKnown = status?.state !== undefined ||
    problems.length + errors.length + blocked.length > 0;
  if (isKnown || !plan?.podCliqueSet || !live || live.metadata.deletionTimestamp) return 0;
  const { cliques = [], scalingGroups = [] } = grove ?? {};
  const hasMembers = cliques.length + scalingGroups.length > 0;
  if (live.status?.observedGeneration !== undefined || hasMembers) return 0;
  const ageMs = Date.parse(nowIso) - Date.parse(live.metadata.creationTimestamp ?? nowIso);
  return Math.max(0, FIRST_STATUS_MS - ageMs);
}

/**
 * Time in milliseconds after which the first status of a graph reports that Grove has not observed the PodCliqueSet.
 */
const FIRST_STATUS_MS = 300_000;

/** Returns a condition with the reason why the operator does not write the PodCliqueSet; an empty list if it does. */
export function podCliqueSetApplied(
  { grove }: Pick<GraphPlan, "grove">,
  { errors }: Pick<Execution, "errors">,
): Statement[] {
  if (!grove) return [];
  const failures = errors.filter(isAboutPodCliqueSet);
  const reason = grove.problems[0]?.reason ??
    (failures.some(isGroveUnavailable) ? REASONS.groveUnavailable : REASONS.refused);
  const messages = [...grove.problems.map(describeProblem), ...failures.map(describeGroveError)];
  if (messages.length === 0) return [];
  return [{ type: "PodCliqueSetApplied", status: "False", reason, message: messages.join("; ") }];
}

/** Returns the replicas of each service, as Grove reports them. Omits services without an object on Grove. */
export function groveReplicas(
  graph: DynamoGraphDeployment,
  { podCliqueSet, cliques, scalingGroups }: GroveObserved,
): NonNullable<GraphStatus["services"]> {
  const counts: NonNullable<GraphStatus["services"]> = {};
  if (!podCliqueSet) return counts;
  const { groups } = compositionOf(podCliqueSet);
  for (const service of Object.keys(graph.spec?.services ?? {}).sort()) {
    const componentName = memberName(podCliqueSet.metadata.name, service.toLowerCase());
    const isNamed = ({ metadata }: KubeObject) => metadata.name === componentName;
    if (groups.has(service.toLowerCase())) {
      const { status } = scalingGroups.find(isNamed) ?? {};
      if (!status) continue;
      const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
      const componentKind = "PodCliqueScalingGroup";
      counts[service] = {
        componentKind,
        componentName,
        replicas,
        updatedReplicas,
        availableReplicas,
      };
    } else {
      const { status } = cliques.find(isNamed) ?? {};
      if (!status) continue;
      const { replicas = 0, updatedReplicas = 0, readyReplicas = 0 } = status;
      const componentKind = "PodClique";
      counts[service] = { componentKind, componentName, replicas, updatedReplicas, readyReplicas };
    }
  }
  return counts;
}
