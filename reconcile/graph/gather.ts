import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { Client } from "../../kube/client.ts";
import { kaiQueues } from "../../kube/optional_kinds.ts";
import { gatherMpi } from "../component/gather.ts";
import { isModelService } from "../component/model_service.ts";
import type { SshKeyPair } from "../component/ssh_key_pair.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { components } from "../dynamo/resources.ts";
import type { WatchedKinds } from "../engine/watched_kinds.ts";
import type { KaiObserved } from "../grove/kai.ts";
import { membersOf, podCliqueSetsOf, servesGrove } from "../grove/observed.ts";
import type { WritePace } from "../grove/write_pace.ts";
import type { ServedOrchestrators } from "../workload/orchestrator.ts";
import { servedOrchestrators } from "../workload/workloads.ts";
import type { graphKinds } from "./children.ts";
import { type ListPods, remainingPods } from "./former_pods.ts";
import { graphUsesMpiSecret } from "./grove_plan.ts";
import { formerPodsOf } from "./migration.ts";
import { chooseOrchestrator } from "./orchestrator_choice.ts";
import type { GraphObserved } from "./observed.ts";

/** The kinds that the graph controller watches, with a lookup for each. */
export type GraphKinds = WatchedKinds<
  DynamoGraphDeployment,
  ReturnType<typeof graphKinds>["children"]
>;

/** Dependencies of {@link gatherGraph}. */
export interface GatherContext {
  client: Pick<Client, "serves">;
  listPods: ListPods;
  pace: Pick<WritePace, "waits">;
  platform: Pick<PlatformConfig, "mpiSecret" | "plannerRbacProvided">;
  /** Returns an SSH key pair for a new MPI Secret. */
  newKey(): Promise<SshKeyPair | undefined>;
}

/** Returns the state of the cluster that the plan of a graph depends on. */
export async function gatherGraph(
  graph: DynamoGraphDeployment,
  { children, observe }: GraphKinds,
  context: GatherContext,
  signal?: AbortSignal,
): Promise<GraphObserved> {
  const { name, namespace = "", uid } = graph.metadata;
  const observed = observe(graph);
  const found = podCliqueSetsOf(graph, children.podCliqueSets);
  const served: ServedOrchestrators = servesGrove(children)
    ? new Set([...servedOrchestrators(children), "grove"])
    : servedOrchestrators(children);
  const base = { ...observed, served, podCliqueSets: found };
  const former = formerPodsOf(graph, chooseOrchestrator(graph, base), base);
  const remains = former && await remainingPods(graph, former, children, context.listPods, signal);
  const common = { ...base, ...(remains && { remains }) };
  if (!served.has("grove")) return common;
  const podCliqueSet = found.find(({ metadata }) => metadata.name === name);
  return {
    ...common,
    grove: {
      podCliqueSet,
      ...membersOf(podCliqueSet, children),
      kai: await kaiOf(),
      pullSecrets: children.pullSecrets.namespace(namespace),
      ...context.pace.waits(podCliqueSet),
      modelServices: children.services.ownedBy(uid).filter(isModelService),
    },
    mpi: await gatherMpi(graph, usesMpi(), children, context.platform, context.newKey),
  };

  function usesMpi(): boolean {
    return !hasComponents() && graphUsesMpiSecret(graph);
  }

  function hasComponents(): boolean {
    return observed.owned.some(({ kind }) => kind === components.kind);
  }

  /** Returns the state of the KAI scheduler. Only the plan of a new PodCliqueSet uses it. */
  async function kaiOf(): Promise<KaiObserved> {
    // Only a cluster-wide operator reads the queues of the KAI scheduler, because these queues are cluster-scoped.
    if (!context.platform.plannerRbacProvided) {
      return {
        served: children.kaiQueues.served,
        hasQueue: (name) => children.kaiQueues.get({ name }) !== undefined,
      };
    }
    const isNew = !podCliqueSet?.spec || podCliqueSet.metadata.deletionTimestamp !== undefined;
    return {
      served: isNew && !hasComponents() && await context.client.serves(kaiQueues, { signal }),
    };
  }
}
