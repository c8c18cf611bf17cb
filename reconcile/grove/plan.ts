import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { ANNOTATIONS } from "../../crds/labels.ts";
import { type PodCliqueSet, podCliqueSets } from "../../kube/optional_kinds.ts";
import { controllerOf } from "../apply/ownership.ts";
import { carriesPlan } from "../apply/plan_hash.ts";
import type { Planned } from "../apply/planned.ts";
import { REASONS } from "../dynamo/conditions.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import type { Problem } from "../dynamo/problem.ts";
import { cliqueTemplates } from "./cliques.ts";
import { compositionOf, compositionProblems } from "./composition.ts";
import { creationProblems, type PlannedService } from "./creation_rules.ts";
import { isQueued, KAI_QUEUE_LABEL, kaiQueueOf, queued } from "./kai.ts";
import { cliqueNames, memberName } from "./names.ts";
import type { GroveObserved } from "./observed.ts";
import { podCliqueSetManifest } from "./podcliqueset.ts";
import { type PullSecretRecord, recordAnnotation, stablePullSecrets } from "./pull_secrets.ts";
import type { GroveService } from "./service.ts";

/** The plan of a graph's PodCliqueSet. */
export interface GrovePlan {
  services: readonly GroveService[];
  /** The PodCliqueSet that the graph needs; absent if {@link problems} prevent it. */
  podCliqueSet?: Planned<PodCliqueSet>;
  /** Time in milliseconds until the operator may write the PodCliqueSet; 0 if it may write it now. */
  waitMs: number;
  /** The PodCliqueSet that the operator must delete before it creates a new one. */
  obsolete?: PodCliqueSet;
  /**
   * The reasons why Grove cannot run the graph with its current spec. The operator then does not change the stored
   * PodCliqueSet, but still scales the services that Grove runs.
   */
  problems: Problem[];
}

/** A service, its planned cliques, and the pull Secrets that the cliques use. */
export interface RenderedService extends PlannedService {
  record: PullSecretRecord;
}

/** Plans the PodCliqueSet of one graph. */
export interface GrovePlanner {
  /**
   * Returns the planned cliques and the pull Secrets of a service.
   *
   * @throws {PlanError} if the service is invalid
   */
  render(service: GroveService): RenderedService;
  /** Returns the plan of the PodCliqueSet. `services` are all services of the graph, sorted by name. */
  plan(services: readonly RenderedService[]): GrovePlan;
}

/** Returns the functions that plan the PodCliqueSet of a graph. */
export function grovePlanner(
  { metadata }: Pick<DynamoGraphDeployment, "metadata">,
  observed: GroveObserved,
  config: PlatformConfig,
): GrovePlanner {
  const { annotations = {}, generation = 0 } = metadata;
  const live = observed.podCliqueSet;
  const order = annotations[ANNOTATIONS.recreatePodCliqueSet];
  const isOrdered = live !== undefined && !live.metadata.deletionTimestamp &&
    order === String(generation) &&
    live.metadata.annotations?.[ANNOTATIONS.recreatePodCliqueSet] !== order;
  // The store omits the spec of a foreign PodCliqueSet, so the plan cannot keep values of this PodCliqueSet.
  const isKept = live?.spec !== undefined && !live.metadata.deletionTimestamp && !isOrdered;
  const stored = isKept ? live : undefined;
  const composition = stored && compositionOf(stored);
  const storedCliques = composition?.cliques ?? new Map();
  const queue = kaiQueueOf(annotations);
  // A stored PodCliqueSet keeps its scheduler. Otherwise, a later installation of the KAI scheduler would restart its
  // pods.
  const usesKai = composition
    ? [...composition.cliques.values()].some(isQueued)
    : observed.kai.served;

  return {
    render(service) {
      const render = (pullSecrets: readonly string[]) =>
        cliqueTemplates(service, config, pullSecrets, storedCliques)
          .map((clique) => usesKai ? queued(clique, queue) : clique);
      const record = stablePullSecrets({
        service,
        config,
        stored,
        existing: observed.pullSecrets,
        hasReadyPod: hasReadyPod(service),
        render,
      });
      return { service, record, cliques: render(record.pullSecrets) };
    },
    plan(rendered) {
      const services = rendered.map(({ service }) => service);
      const problems = [
        ...(composition
          ? compositionProblems(metadata.name, services, composition, generation)
          : creationProblems(metadata.name, rendered)),
        ...queueProblems(),
      ];
      if (problems.length > 0) return { services, waitMs: 0, problems };
      const records = rendered.map(({ service: { key }, record }) => [key.toLowerCase(), record]);
      const recordedOrder = stored
        ? stored.metadata.annotations?.[ANNOTATIONS.recreatePodCliqueSet]
        : order;
      const manifest = podCliqueSetManifest({
        graph: metadata,
        services: rendered,
        config,
        annotations: {
          ...recordAnnotation(Object.fromEntries(records)),
          ...(recordedOrder && { [ANNOTATIONS.recreatePodCliqueSet]: recordedOrder }),
        },
        stored,
      });
      const podCliqueSet = { resource: podCliqueSets, manifest, policy: "own" } as const;
      const isChanged = stored !== undefined && !carriesPlan(stored, podCliqueSet);
      return {
        services,
        podCliqueSet,
        waitMs: isChanged ? observed.templateWaitMs : 0,
        ...(isOrdered && { obsolete: live }),
        problems,
      };
    },
  };

  function hasReadyPod(service: GroveService): boolean {
    const { group, cliques: [single = ""] } = cliqueNames(service);
    const name = memberName(metadata.name, group ?? single);
    return observed.cliques.some((clique) =>
      (group === undefined ? clique.metadata.name : controllerOf(clique)?.name) === name &&
      (clique.status?.readyReplicas ?? 0) > 0
    );
  }

  /**
   * Returns a problem if the queue of the KAI scheduler does not exist. Does not check a queue that the stored pods
   * already use.
   */
  function queueProblems(): Problem[] {
    const { hasQueue } = observed.kai;
    const isUsed = [...composition?.cliques.values() ?? []]
      .some(({ labels }) => labels?.[KAI_QUEUE_LABEL] === queue);
    if (!usesKai || isUsed || !hasQueue || hasQueue(queue)) return [];
    return [{
      reason: REASONS.queueMissing,
      field: `metadata.annotations[${ANNOTATIONS.kaiSchedulerQueue}]`,
      message:
        `queue '${queue}' not found in cluster. Ensure the queue exists before using kai-scheduler`,
    }];
  }
}
