import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { DynamoGraphDeploymentScalingAdapter } from "../../crds/kinds/scaling_adapter.ts";
import type { Client } from "../../kube/client.ts";
import type { Clock } from "../../kube/clock.ts";
import { isConflict, isNotFound } from "../../kube/errors.ts";
import type { Store } from "../../kube/store.ts";
import { isHeldBack } from "../../kube/write_gate.ts";
import { type Execution, refOf } from "../apply/execution.ts";
import { foreignManagers } from "../apply/managed_fields.ts";
import { describeFight } from "../apply/notices.ts";
import { readLive } from "../apply/read_live.ts";
import { DRIFT_FIGHT } from "../apply/reasons.ts";
import { createRepairPace } from "../apply/repair_pace.ts";
import { graphs } from "../dynamo/resources.ts";
import type { ReplicaChange } from "./scaling.ts";

/**
 * Field manager of the replicas that the operator writes to graphs. Other clients own all other fields of the graphs.
 */
const REPLICAS_MANAGER = "dynamo-operator-scaling";

/** A change to a graph, and the adapter that causes the change. */
export interface ReplicaWrite {
  adapter: DynamoGraphDeploymentScalingAdapter;
  graph: DynamoGraphDeployment;
  change: ReplicaChange;
}

export interface ReplicaWriterOptions {
  client: Pick<Client, "list" | "patch">;
  store: Pick<Store<DynamoGraphDeployment>, "write">;
  clock: Pick<Clock, "now">;
}

/**
 * Returns a function that writes the replicas of a service to its graph, and adds the result to the execution. The API
 * server refuses the patch if the graph has changed since it was stored.
 *
 * If another client reverts each write, the operator writes less often. A write for a changed adapter is not delayed.
 *
 * The returned function returns whether it has written the replicas. It returns undefined if the operator must
 * reconcile the adapter again before it can write.
 */
export function createReplicaWriter(
  { client, store, clock }: ReplicaWriterOptions,
): (
  write: ReplicaWrite,
  execution: Execution,
  signal: AbortSignal,
) => Promise<boolean | undefined> {
  const pace = createRepairPace(clock);

  return async (write, execution, signal) => {
    const { adapter, graph, change: { service, from, to } } = write;
    const ref = refOf(graph);
    const path = `spec.services.${service}.replicas`;
    const key = adapter.metadata.uid ?? "";
    const version = String(adapter.metadata.generation);
    if (await isHeld()) return false;
    const { uid, resourceVersion } = graph.metadata;
    const body = {
      metadata: { uid, resourceVersion },
      spec: { services: { [service]: { replicas: to } } },
    };
    try {
      const options = { fieldManager: REPLICAS_MANAGER, signal };
      store.write(await client.patch(graphs, graph.metadata, { type: "merge", body }, options));
    } catch (error) {
      if (signal.aborted) throw error;
      if (isConflict(error) || isHeldBack(error) || isNotFound(error)) return undefined;
      execution.errors.push({ ref, error });
      return false;
    }
    pace.written(key, version, [path]);
    execution.writes.push({ ref, verb: "scale", why: [`${from} to ${to} replicas`] });
    return true;

    /** Returns whether the write must wait because another client reverts each write. */
    async function isHeld(): Promise<boolean> {
      const decision = pace.decide(key, version, [path]);
      if (decision.action === "repair") return false;
      if (decision.action === "reduce") {
        const full = await readLive(graph, { client, resource: graphs, signal });
        const managers = full ? foreignManagers(full, path) : [];
        pace.fightStarted(key, managers.filter((manager) => manager !== REPLICAS_MANAGER));
      }
      const { opponents = [] } = pace.fight(key, version) ?? {};
      execution.blocked.push({
        ref,
        reason: DRIFT_FIGHT,
        message: describeFight(ref, opponents),
        retryMs: decision.waitMs,
      });
      return true;
    }
  };
}
