import type { ServiceInput } from "../../dynamo/service_input.ts";

/**
 * How the pods of one multinode replica address each other. An orchestrator starts one leader and `nodes - 1` workers
 * per replica, and sets environment variables that identify each pod.
 *
 * Hosts and ranks are strings for the command and the args of a container. The kubelet expands `$(NAME)` in the command
 * and in the args. Only a shell expands `$NAME`, `$((…))` and `$(command)`.
 */
export interface ReplicaNodes {
  /** Returns the host of the leader for use in a shell command. */
  leaderHost(service: ServiceInput): string;
  /** Returns the host of the leader for use in an argument that no shell interprets. */
  leaderHostWithoutShell(service: ServiceInput): string;
  /** Returns the hosts of all workers for use in a shell command. */
  workerHosts(service: ServiceInput): string[];
  /** Rank of a worker in its replica, for use in a shell command. Worker ranks start at 1: the leader has rank 0. */
  workerRank: string;
  /** Rank of a worker in its replica, for use inside the arithmetic expression `$((…))` of a shell. */
  workerRankInArithmetic: string;
  /** Whether the leader may start before the host names of the workers resolve. */
  startsBeforeDns: boolean;
}

/**
 * How the pods of a LeaderWorkerSet address each other. The name of a worker consists of the leader's name, a dash and
 * the index of the worker.
 */
export const lwsNodes: ReplicaNodes = {
  leaderHost: () => "$LWS_LEADER_ADDRESS",
  leaderHostWithoutShell: () => "$(LWS_LEADER_ADDRESS)",
  workerHosts: ({ nodes }) =>
    workerIndexes(nodes).map((index) =>
      `$(echo "$LWS_LEADER_ADDRESS" | sed 's/\\./-${index + 1}\\./')`
    ),
  workerRank: "$(LWS_WORKER_INDEX)",
  workerRankInArithmetic: "$LWS_WORKER_INDEX",
  startsBeforeDns: true,
};

/**
 * How the pods of a Grove PodCliqueScalingGroup address each other. The group has two cliques: `<service>-ldr` for the
 * leader and `<service>-wkr` for the workers.
 */
export const groveNodes: ReplicaNodes = {
  leaderHost: (service) => groveHost(service, "ldr", 0),
  leaderHostWithoutShell: (service) => groveHost(service, "ldr", 0),
  workerHosts: (service) =>
    workerIndexes(service.nodes).map((index) => groveHost(service, "wkr", index)),
  workerRank: "$((GROVE_PCLQ_POD_INDEX + 1))",
  workerRankInArithmetic: "$((GROVE_PCLQ_POD_INDEX + 1))",
  startsBeforeDns: false,
};

function groveHost({ spec, name }: ServiceInput, clique: "ldr" | "wkr", index: number): string {
  const service = (spec.serviceName ?? name).toLowerCase();
  return `$(GROVE_PCSG_NAME)-$(GROVE_PCSG_INDEX)-${service}-${clique}-${index}.` +
    "$(GROVE_HEADLESS_SERVICE)";
}

/** Returns the indexes of the workers in one replica: 0 to `nodes - 2`. */
function workerIndexes(nodes: number): number[] {
  return Array.from({ length: nodes - 1 }, (_, index) => index);
}
