import type { Environment } from "./run_container.ts";

/** A pod of one multinode replica, as its orchestrator starts it. */
export interface ReplicaPod {
  role: "leader" | "worker";
  /** Rank of the pod in the replica. The leader has rank 0. */
  rank: number;
  /** Host names of all pods of the replica, by rank. */
  hosts: string[];
  /** Environment variables that the orchestrator sets in the pod. */
  env: Environment;
}

/** Returns the pods of replica 0 of a LeaderWorkerSet named `demo-worker-1` in the namespace `ns`. */
export function podsOfLws(nodes: number): ReplicaPod[] {
  const set = "demo-worker-1";
  const ranks = Array.from({ length: nodes }, (_, rank) => rank);
  const hosts = ranks.map((rank) => `${set}-0${rank === 0 ? "" : `-${rank}`}.${set}.ns`);
  return ranks.map((rank) => ({
    role: rank === 0 ? "leader" : "worker",
    rank,
    hosts,
    env: {
      LWS_LEADER_ADDRESS: hosts[0] ?? "",
      LWS_GROUP_SIZE: `${nodes}`,
      LWS_WORKER_INDEX: `${rank}`,
    },
  }));
}

/**
 * Returns the pods of one Grove replica: replica 1 of the scaling group for service `Worker` in the PodCliqueSet
 * `demo`.
 */
export function podsOfGrove(nodes: number): ReplicaPod[] {
  const group = "demo-0-worker";
  const ranks = Array.from({ length: nodes }, (_, rank) => rank);
  const hosts = ranks.map((rank) =>
    `${group}-1-worker-${rank === 0 ? "ldr-0" : `wkr-${rank - 1}`}.demo-0.ns.svc.cluster.local`
  );
  return ranks.map((rank) => ({
    role: rank === 0 ? "leader" : "worker",
    rank,
    hosts,
    env: {
      GROVE_PCS_NAME: "demo",
      GROVE_PCS_INDEX: "0",
      GROVE_PCSG_NAME: group,
      GROVE_PCSG_INDEX: "1",
      GROVE_PCSG_TEMPLATE_NUM_PODS: `${nodes}`,
      GROVE_PCLQ_NAME: `${group}-1-worker-${rank === 0 ? "ldr" : "wkr"}`,
      GROVE_PCLQ_POD_INDEX: `${Math.max(0, rank - 1)}`,
      GROVE_HEADLESS_SERVICE: "demo-0.ns.svc.cluster.local",
    },
  }));
}
