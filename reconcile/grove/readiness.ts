import { ANNOTATIONS } from "../../crds/labels.ts";
import type { KubeObject } from "../../kube/object.ts";
import type {
  PodClique,
  PodCliqueScalingGroup,
  PodCliqueSet,
  UpdateProgress,
} from "../../kube/optional_kinds.ts";
import { controllerOf } from "../apply/ownership.ts";
import { carriesPlan } from "../apply/plan_hash.ts";
import { MAX_MULTINODE_SIZE } from "../dynamo/multinode_size.ts";
import { type Composition, compositionOf } from "./composition.ts";
import { groupMemberName, memberName } from "./names.ts";
import type { GroveObserved } from "./observed.ts";
import type { GrovePlan } from "./plan.ts";
import { templateOf } from "./scaling.ts";
import type { GroveService } from "./service.ts";

/** Maximum number of PodCliques that a message names, so that the message stays readable. */
const MAX_NAMED = 5;

/** A service with its requested replicas. */
export type ServiceReplicas = Pick<GroveService, "key" | "replicas">;

/** The reasons why Grove's objects for a graph are not ready. */
export interface NotReady {
  /** One reason for each object that is not ready, in a fixed order. A long list of PodCliques is shortened. */
  reasons: string[];
  /** PodCliques that have enough ready pods, although Grove has not reported the end of their update. */
  updating: PodClique[];
  /** PodCliques that lack ready pods. */
  starting: PodClique[];
}

/**
 * Returns the reasons why Grove does not run the newest template with the requested replicas; no reasons if it does.
 * The caller must check that the PodCliqueSet matches the plan.
 *
 * The function checks each PodClique. The status of a PodCliqueSet or scaling group is not sufficient, because it
 * reports a replica as available as soon as one pod of each PodClique is ready. The function ignores `updatedReplicas`
 * of scaling groups and the hashes in the status, because they can stay outdated forever (ai-dynamo/grove#671).
 *
 * @param updated names of the PodCliques in which all pods have the newest template
 */
export function groveNotReady(
  podCliqueSet: PodCliqueSet,
  services: readonly ServiceReplicas[],
  { cliques, scalingGroups }: Pick<GroveObserved, "cliques" | "scalingGroups">,
  updated: ReadonlySet<string> = new Set(),
): NotReady {
  const composition = compositionOf(podCliqueSet);
  const cliqueByName = byName(cliques);
  const groupByName = byName(scalingGroups);
  const ofSet = setReasons(podCliqueSet);
  const ofGroups: string[] = [];
  const ofCliques: string[] = [];
  const expected = new Set<string>();
  const updating: PodClique[] = [];
  const starting: PodClique[] = [];

  for (const service of services) {
    const key = service.key.toLowerCase();
    const member = memberName(podCliqueSet.metadata.name, key);
    if (composition.groups.has(key)) checkGroup(service, key, member);
    else checkClique(member, service.replicas);
  }
  for (const { metadata: { name } } of cliques) {
    if (!expected.has(name)) ofCliques.push(`podclique/${name}: Grove has not deleted it yet`);
  }
  return { reasons: [...ofSet, ...ofGroups, ...shortened(ofCliques)], updating, starting };

  function checkGroup({ replicas }: ServiceReplicas, group: string, name: string) {
    const live = groupByName.get(name);
    const why = live ? groupReason(live, replicas) : NOT_FOUND;
    if (why) ofGroups.push(`pcsg/${name}: ${why}`);
    // This check can run before the plan refuses a graph with too many replicas, so the loop needs a limit.
    const count = Math.min(replicas, MAX_MULTINODE_SIZE);
    for (let replica = 0; replica < count; replica++) {
      for (const clique of membersOfGroup(group, composition)) {
        checkClique(groupMemberName(name, replica, clique));
      }
    }
  }

  /** @param replicas requested number of pods of the service; absent for a clique of a scaling group */
  function checkClique(name: string, replicas?: number) {
    expected.add(name);
    const live = cliqueByName.get(name);
    const wanted = replicas ?? (live && templateOf(live, composition)?.spec.replicas);
    const why = live ? cliqueReason(live, wanted) : NOT_FOUND;
    if (!why) return;
    const isUpdating = live !== undefined && [STILL_UPDATES, UNOBSERVED].includes(why);
    if (isUpdating) updating.push(live);
    else if (live && (live.status?.readyReplicas ?? 0) < live.spec.replicas) starting.push(live);
    const text = isUpdating && updated.has(name) ? UPDATE_NOT_REPORTED : why;
    ofCliques.push(`podclique/${name}: ${text}`);
  }
}

/** Returns the names of the PodCliques for which a condition message contains {@link UPDATE_NOT_REPORTED}. */
export function reportedUpdates(message = ""): ReadonlySet<string> {
  const before = message.split(`: ${UPDATE_NOT_REPORTED}`);
  return new Set(before.flatMap((text) => /podclique\/(\S+)$/.exec(text)?.[1] ?? []));
}

/** Returns whether Grove runs the newest template of a PodCliqueSet, and all pods of one service are ready. */
export function isServiceReady(
  podCliqueSet: PodCliqueSet,
  service: ServiceReplicas,
  { cliques, scalingGroups }: Pick<GroveObserved, "cliques" | "scalingGroups">,
): boolean {
  const member = memberName(podCliqueSet.metadata.name, service.key.toLowerCase());
  const ofService = cliques.filter((clique) =>
    clique.metadata.name === member || controllerOf(clique)?.name === member
  );
  const members = { cliques: ofService, scalingGroups };
  return groveNotReady(podCliqueSet, [service], members).reasons.length === 0;
}

/** Returns whether the PodCliqueSet matches the plan, and all its pods are updated and ready. */
export function isGroveReady(
  { podCliqueSet, services }: Pick<GrovePlan, "podCliqueSet" | "services">,
  observed: GroveObserved,
): boolean {
  const live = observed.podCliqueSet;
  return podCliqueSet !== undefined && live !== undefined && carriesPlan(live, podCliqueSet) &&
    groveNotReady(live, services, observed).reasons.length === 0;
}

const NOT_FOUND = "resource not found";
const UNOBSERVED = "Grove has not observed its newest generation yet";
const STILL_UPDATES = "Grove still updates it";
const DELETING = "is being deleted";

/**
 * Message about a PodClique whose update has ended, although Grove does not report this. If other templates change
 * while the last pod of a PodClique starts, Grove never reports the end of the update. Only a new template of the
 * PodClique, or a new PodCliqueSet, corrects the status.
 */
const UPDATE_NOT_REPORTED =
  `${STILL_UPDATES}, although all its pods are ready and have the newest template; ` +
  "if this lasts, change the pods of the service, for example by an annotation in its extraPodMetadata, or restart " +
  `all pods of the graph: set its annotation ${ANNOTATIONS.recreatePodCliqueSet} to its generation`;

function setReasons({ metadata, status }: PodCliqueSet): string[] {
  if (metadata.deletionTimestamp) return [`PodCliqueSet ${DELETING}`];
  if (isRolling(status?.rollingUpdateProgress)) {
    return ["Grove rolls out the newest template of the PodCliqueSet"];
  }
  return isUnobserved(metadata, status) ? [`PodCliqueSet: ${UNOBSERVED}`] : [];
}

function groupReason(
  { metadata, spec, status = {} }: PodCliqueScalingGroup,
  wanted: number,
): string | undefined {
  const { replicas = 0, availableReplicas = 0, rollingUpdateProgress } = status;
  if (metadata.deletionTimestamp) return DELETING;
  if (spec.replicas !== wanted) return `desired=${wanted}, scaled to ${spec.replicas}`;
  if (replicas !== wanted || availableReplicas !== wanted) {
    const existing = replicas === wanted ? "" : `, existing=${replicas}`;
    return `desired=${wanted}, available=${availableReplicas}${existing}`;
  }
  if (isRolling(rollingUpdateProgress)) return STILL_UPDATES;
  return isUnobserved(metadata, status) ? UNOBSERVED : undefined;
}

function cliqueReason(
  { metadata, spec, status = {} }: PodClique,
  wanted = spec.replicas,
): string | undefined {
  const { replicas = 0, readyReplicas = 0, rollingUpdateProgress } = status;
  if (metadata.deletionTimestamp) return DELETING;
  if (spec.replicas !== wanted) return `desired=${wanted}, scaled to ${spec.replicas}`;
  if (replicas !== wanted || readyReplicas !== wanted) {
    const existing = replicas === wanted ? "" : `, existing=${replicas}`;
    return `desired=${wanted}, ready=${readyReplicas}${existing}`;
  }
  // Checks for an update before the generation, because Grove sets `observedGeneration` of a PodClique only when an
  // update ends.
  if (isRolling(rollingUpdateProgress)) return STILL_UPDATES;
  return isUnobserved(metadata, status) ? UNOBSERVED : undefined;
}

function isRolling(progress: UpdateProgress | undefined): boolean {
  return progress !== undefined && progress.updateEndedAt === undefined;
}

function isUnobserved(
  { generation }: KubeObject["metadata"],
  status: { observedGeneration?: number } | undefined,
): boolean {
  return status?.observedGeneration !== generation;
}

function membersOfGroup(group: string, { cliques }: Composition): string[] {
  return [`${group}-ldr`, `${group}-wkr`].filter((name) => cliques.has(name));
}

function byName<T extends KubeObject>(objects: readonly T[]): Map<string, T> {
  return new Map(objects.map((object) => [object.metadata.name, object]));
}

function shortened(reasons: readonly string[]): string[] {
  if (reasons.length <= MAX_NAMED) return [...reasons];
  const more = reasons.length - MAX_NAMED;
  return [...reasons.slice(0, MAX_NAMED), `${more} more PodCliques are not ready`];
}
