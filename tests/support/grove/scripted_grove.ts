import { type Pod, pods } from "../../../kube/builtin.ts";
import { isConflict, isForbidden, isInvalid, isNotFound } from "../../../kube/errors.ts";
import { sameJson } from "../../../kube/json.ts";
import type { KubeObject } from "../../../kube/object.ts";
import {
  podCliques,
  type PodCliqueScalingGroup,
  podCliqueScalingGroups,
  type PodCliqueSet,
  podCliqueSets,
} from "../../../kube/optional_kinds.ts";
import type { Resource } from "../../../kube/resource.ts";
import { controllerOf } from "../../../reconcile/apply/ownership.ts";
import { conditionOf } from "../../../reconcile/dynamo/conditions.ts";
import type { NamespaceClient } from "../namespace_client.ts";
import {
  type FullPodClique,
  generationHash,
  HASH_LABEL,
  newClique,
  newGroup,
  newPod,
  templateHash,
} from "./members.ts";

const FINALIZER = "grove.io/podcliqueset.grove.io";
const TURN_MS = 100;
/**
 * Time limit of a simulated fault. If a PodCliqueSet gets a new template sooner than this after a scaling group was
 * scaled, Grove loses track of the group's update.
 */
const WEDGE_MS = 100;

/** Simulates the operator of Grove for one namespace, including faults that were observed in the real operator. */
export interface ScriptedGrove extends AsyncDisposable {
  /** Minimum age of a ready pod in milliseconds; 0 by default. The simulation treats younger pods as not ready. */
  startMs: number;
  /** Whether the simulated operator of Grove runs. While it does not run, the objects of Grove do not change. */
  running: boolean;
  /**
   * Scaling groups whose status reports too few updated replicas until Grove next replaces a replica. This fault of
   * Grove occurs if the PodCliqueSet gets a new template soon after the group was scaled.
   */
  readonly stale: Set<string>;
  /** PodCliques for which the simulation creates no pods. In Grove, only a restart of its operator ends this fault. */
  readonly stalled: Set<string>;
}

type Status = Record<string, unknown>;
type GroveSet = PodCliqueSet & { status?: { currentGenerationHash?: string } };

/** All objects of Grove in a namespace. */
interface World {
  groups: (PodCliqueScalingGroup & { spec: { cliqueNames: string[] } })[];
  cliques: FullPodClique[];
  pods: Pod[];
}

export function startScriptedGrove(kube: NamespaceClient): ScriptedGrove {
  /** PodCliques whose update Grove no longer tracks, keyed by name. The value is the template hash of the update. */
  const lost = new Map<string, string>();
  const scaledMs = new Map<string, { replicas: number; atMs: number }>();
  let stopped = false;
  const grove: ScriptedGrove = {
    startMs: 0,
    running: true,
    stale: new Set(),
    stalled: new Set(),
    async [Symbol.asyncDispose]() {
      stopped = true;
      await loop;
    },
  };
  const loop = run();
  return grove;

  async function run() {
    while (!stopped) {
      if (grove.running) await quietly(turn);
      await new Promise((resolve) => setTimeout(resolve, TURN_MS));
    }
  }

  async function turn() {
    for (const set of await kube.list<GroveSet>(podCliqueSets)) await quietly(() => reconcile(set));
  }

  async function reconcile(set: GroveSet) {
    const world: World = {
      groups: await kube.list(podCliqueScalingGroups) as World["groups"],
      cliques: await kube.list(podCliques) as FullPodClique[],
      pods: await kube.list(pods),
    };
    if (set.metadata.deletionTimestamp) return await deleteMembers(set, world);
    const { finalizers = [] } = set.metadata;
    if (!finalizers.includes(FINALIZER)) await setFinalizers(set, [...finalizers, FINALIZER]);
    await startUpdate(set, world);
    const wanted = await syncMembers(set, world);
    for (const clique of ofSet(set, world)) await syncPods(set, clique, world);
    await report(set, wanted);
  }

  async function deleteMembers(set: GroveSet, world: World) {
    const cliques = ofSet(set, world);
    for (const clique of cliques) {
      for (const pod of podsOf(clique, world)) await kube.delete(pods, pod.metadata.name);
      await kube.delete(podCliques, clique.metadata.name);
    }
    for (const group of groupsOf(set, world)) {
      await kube.delete(podCliqueScalingGroups, group.metadata.name);
    }
    if (cliques.length > 0) return;
    await setFinalizers(set, (set.metadata.finalizers ?? []).filter((name) => name !== FINALIZER));
  }

  /** Sets the finalizers, unless the garbage collector or another client has changed the object in the meantime. */
  async function setFinalizers(
    { metadata: { name, resourceVersion } }: GroveSet,
    finalizers: string[],
  ) {
    await kube.edit(podCliqueSets, name, { metadata: { resourceVersion, finalizers } });
  }

  /** Starts a rolling update for a new template, and simulates the faults that a new template can cause. */
  async function startUpdate(set: GroveSet, world: World) {
    const hash = generationHash(set);
    const before = set.status?.currentGenerationHash;
    if (before === hash) return;
    if (before !== undefined) {
      for (const clique of ofSet(set, world)) {
        const template = templateOf(set, clique);
        const isTouched = clique.metadata.labels?.[HASH_LABEL] !== template;
        const isStarting = podsOf(clique, world).some((pod) => !isReady(pod));
        if (isUpdating(clique) && !isTouched && isStarting) {
          lost.set(clique.metadata.name, template);
        }
      }
      for (const { metadata: { name } } of groupsOf(set, world)) {
        if (Date.now() - (scaledMs.get(name)?.atMs ?? 0) < WEDGE_MS) grove.stale.add(name);
      }
    }
    await setStatus(podCliqueSets, set, {
      currentGenerationHash: hash,
      ...(before !== undefined &&
        { rollingUpdateProgress: { updateStartedAt: now(), updateEndedAt: null } }),
    });
  }

  /** Creates and deletes PodCliques and scaling groups. Returns the names of the PodCliques that should exist. */
  async function syncMembers(set: GroveSet, world: World): Promise<string[]> {
    const { name } = set.metadata;
    const { cliques, podCliqueScalingGroups: groups = [] } = set.spec.template;
    const wanted: string[] = [];
    const create = async (owner: KubeObject, clique: string, template: typeof cliques[number]) => {
      wanted.push(clique);
      if (world.cliques.some(({ metadata }) => metadata.name === clique)) return;
      await apply(podCliques, newClique(set, owner, clique, template));
    };
    for (const template of cliques) {
      if (groups.some(({ cliqueNames }) => cliqueNames.includes(template.name))) continue;
      await create(set, `${name}-0-${template.name}`, template);
    }
    for (const group of groups) {
      const groupName = `${name}-0-${group.name}`;
      const live = world.groups.find(({ metadata }) => metadata.name === groupName);
      if (!live) {
        await apply(podCliqueScalingGroups, newGroup(set, groupName, group));
        continue;
      }
      const last = scaledMs.get(groupName);
      if (last?.replicas !== live.spec.replicas) {
        scaledMs.set(groupName, { replicas: live.spec.replicas, atMs: last ? Date.now() : 0 });
      }
      for (let replica = 0; replica < live.spec.replicas; replica++) {
        for (const template of cliques.filter(({ name }) => group.cliqueNames.includes(name))) {
          await create(live, `${groupName}-${replica}-${template.name}`, template);
        }
      }
      await updateGroup(set, live, world);
    }
    for (const clique of ofSet(set, world)) {
      if (!wanted.includes(clique.metadata.name)) await deleteClique(clique, world);
    }
    return wanted;
  }

  /** Replaces one replica that still has an old template, unless another replica of the group is being replaced. */
  async function updateGroup(set: GroveSet, group: World["groups"][number], world: World) {
    const members = world.cliques.filter((clique) => isOwnedBy(clique, group));
    const isOld = (clique: FullPodClique) =>
      clique.metadata.labels?.[HASH_LABEL] !== templateOf(set, clique);
    const isComplete = members.every((clique) =>
      isOld(clique) || clique.status?.readyReplicas === clique.spec.replicas
    );
    const replicaOf = (clique: FullPodClique) =>
      clique.metadata.name.slice(group.metadata.name.length + 1).split("-")[0];
    const old = members.filter(isOld).sort((a, b) => a.metadata.name < b.metadata.name ? -1 : 1);
    const [first] = old;
    if (!first || !isComplete) return;
    grove.stale.delete(group.metadata.name);
    for (const clique of members) {
      if (replicaOf(clique) === replicaOf(first)) await deleteClique(clique, world);
    }
  }

  async function deleteClique(clique: FullPodClique, world: World) {
    for (const pod of podsOf(clique, world)) await kube.delete(pods, pod.metadata.name);
    await kube.delete(podCliques, clique.metadata.name);
  }

  /**
   * Creates and deletes the pods of a PodClique. Replaces pods with an old template, unless a scaling group owns the
   * PodClique.
   */
  async function syncPods(set: GroveSet, clique: FullPodClique, world: World) {
    const { name, labels } = clique.metadata;
    const template = set.spec.template.cliques.find(({ name: end }) => name.endsWith(`-${end}`));
    const hash = template && templateHash(template);
    if (isOwnedBy(clique, set) && template && labels?.[HASH_LABEL] !== hash) {
      lost.delete(name);
      await kube.edit(podCliques, name, {
        metadata: { labels: { [HASH_LABEL]: hash } },
        spec: { podSpec: template.spec.podSpec },
      });
      return await setStatus(podCliques, clique, {
        rollingUpdateProgress: {
          podCliqueSetGenerationHash: hash,
          podTemplateHash: hash,
          updateStartedAt: now(),
          updateEndedAt: null,
        },
      });
    }
    const own = podsOf(clique, world);
    const old = own.filter(({ metadata }) =>
      metadata.labels?.[HASH_LABEL] !== labels?.[HASH_LABEL]
    );
    const [first] = old;
    for (let count = own.length; count < clique.spec.replicas; count++) {
      if (!grove.stalled.has(name)) await createPod(clique);
    }
    for (const pod of own.slice(clique.spec.replicas)) await kube.delete(pods, pod.metadata.name);
    if (first && own.every((pod) => isReady(pod) || old.includes(pod))) {
      await kube.delete(pods, first.metadata.name);
    }
    await reportClique(clique, own, old.length);
  }

  /** Tries to create a pod. If the API server refuses the pod, the next iteration tries again, as Grove does. */
  async function createPod(clique: FullPodClique) {
    try {
      await apply(pods, newPod(clique));
    } catch (error) {
      if (!isInvalid(error) && !isForbidden(error)) throw error;
    }
  }

  async function reportClique(clique: FullPodClique, own: readonly Pod[], old: number) {
    const { name, generation } = clique.metadata;
    const ready = own.filter(isReady).length;
    const isComplete = old === 0 && ready === clique.spec.replicas && own.length === ready;
    const ends = isUpdating(clique) && isComplete && !lost.has(name);
    await setStatus(podCliques, clique, {
      replicas: own.length,
      readyReplicas: ready,
      updatedReplicas: lost.has(name) ? 0 : own.length - old,
      scheduledReplicas: own.length,
      ...(ends && { rollingUpdateProgress: { updateEndedAt: now() } }),
      ...((ends || !isUpdating(clique)) && { observedGeneration: generation }),
    });
  }

  async function report(set: GroveSet, wanted: readonly string[]) {
    const cliques = (await kube.list(podCliques) as FullPodClique[])
      .filter(({ metadata }) => wanted.includes(metadata.name));
    let isRolling = false;
    for (const group of await kube.list(podCliqueScalingGroups) as World["groups"]) {
      if (!isOwnedBy(group, set)) continue;
      const members = cliques.filter((clique) => isOwnedBy(clique, group));
      const perReplica = group.spec.cliqueNames.length;
      const old = members.filter((one) =>
        one.metadata.labels?.[HASH_LABEL] !== templateOf(set, one)
      );
      // As in Grove, a replica is available as soon as one pod of each of its PodCliques is ready.
      const available = Math.floor(
        members.filter(({ status }) => (status?.readyReplicas ?? 0) > 0).length / perReplica,
      );
      const replicas = members.length / perReplica;
      const isStale = grove.stale.has(group.metadata.name);
      isRolling ||= old.length > 0 || members.length < group.spec.replicas * perReplica;
      await setStatus(podCliqueScalingGroups, group, {
        replicas: Math.floor(replicas),
        availableReplicas: available,
        scheduledReplicas: available,
        updatedReplicas: isStale ? 1 : Math.floor(replicas - old.length / perReplica),
        observedGeneration: group.metadata.generation,
      });
    }
    const single = cliques.filter((clique) => isOwnedBy(clique, set));
    isRolling ||= single.some((clique) =>
      isUpdating(clique) || clique.metadata.labels?.[HASH_LABEL] !== templateOf(set, clique)
    );
    const isUpdated = set.status?.rollingUpdateProgress?.updateEndedAt === undefined;
    const available = cliques.every(({ status }) => (status?.readyReplicas ?? 0) > 0) ? 1 : 0;
    await setStatus(podCliqueSets, set, {
      replicas: 1,
      availableReplicas: available,
      updatedReplicas: available,
      ...(!isRolling && {
        observedGeneration: set.metadata.generation,
        ...(set.status?.rollingUpdateProgress && isUpdated && {
          rollingUpdateProgress: { updateEndedAt: now() },
        }),
      }),
    });
  }

  function isReady(pod: Pod): boolean {
    const ageMs = Date.now() - Date.parse(pod.metadata.creationTimestamp ?? now());
    return conditionOf(pod.status, "Ready")?.status === "True" && ageMs >= grove.startMs;
  }

  async function apply(resource: Resource<KubeObject>, object: KubeObject) {
    await kube.client.create(resource, {
      ...object,
      metadata: { ...object.metadata, namespace: kube.namespace },
    });
  }

  /** Writes these fields of the status, unless the object already has the same values. */
  async function setStatus<T extends KubeObject & { status?: object }>(
    resource: Resource<T>,
    object: T,
    status: Status,
  ) {
    const live = (object.status ?? {}) as Status;
    const isSame = Object.entries(status).every(([field, value]) => sameJson(live[field], value));
    if (isSame) return;
    const patch = { type: "merge", subresource: "status", body: { status } } as const;
    const at = { name: object.metadata.name, namespace: kube.namespace };
    await kube.client.patch(resource, at, patch);
  }
}

function ofSet(set: PodCliqueSet, world: World): FullPodClique[] {
  const owners = [set, ...groupsOf(set, world)];
  return world.cliques.filter((clique) => owners.some((owner) => isOwnedBy(clique, owner)));
}

function groupsOf(set: PodCliqueSet, { groups }: World): World["groups"] {
  return groups.filter((group) => isOwnedBy(group, set));
}

function podsOf(clique: FullPodClique, world: World): Pod[] {
  return world.pods.filter((pod) => isOwnedBy(pod, clique) && !pod.metadata.deletionTimestamp);
}

function isOwnedBy(object: KubeObject, owner: KubeObject): boolean {
  return controllerOf(object)?.uid === owner.metadata.uid;
}

function isUpdating({ status }: FullPodClique): boolean {
  const progress = status?.rollingUpdateProgress;
  return progress !== undefined && progress.updateEndedAt === undefined;
}

/** Returns the hash of the newest template of a PodClique. */
function templateOf({ spec: { template } }: PodCliqueSet, { metadata }: FullPodClique): string {
  const clique = template.cliques.find(({ name }) => metadata.name.endsWith(`-${name}`));
  return clique ? templateHash(clique) : "";
}

function now(): string {
  return new Date().toISOString();
}

/** Runs a step, and ignores conflicts with the operator under test: the next iteration repeats the step. */
async function quietly(step: () => Promise<void>) {
  try {
    await step();
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error)) throw error;
  }
}
