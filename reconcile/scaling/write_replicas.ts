import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { Client } from "../../kube/client.ts";
import { isConflict, isNotFound } from "../../kube/errors.ts";
import type { Store } from "../../kube/store.ts";
import { isHeldBack } from "../../kube/write_gate.ts";
import { type Execution, refOf } from "../apply/execution.ts";
import { graphs } from "../dynamo/resources.ts";
import type { ReplicaChange } from "./scaling.ts";

/** Field manager of the replicas that the operator writes to graphs. Their users own all other fields. */
const REPLICAS_MANAGER = "dynamo-operator-scaling";

/**
 * Writes the replicas of a service to its graph, and adds the result to the execution. The API server refuses the patch
 * if the graph has changed since it was stored.
 *
 * @returns whether the operator has written the replicas; undefined if the key must be reconciled again first
 */
export async function writeReplicas(
  graph: DynamoGraphDeployment,
  { service, from, to }: ReplicaChange,
  execution: Execution,
  { client, store, signal }: {
    client: Pick<Client, "patch">;
    store: Pick<Store<DynamoGraphDeployment>, "write">;
    signal: AbortSignal;
  },
): Promise<boolean | undefined> {
  const ref = refOf(graph);
  const { uid, resourceVersion } = graph.metadata;
  const body = {
    metadata: { uid, resourceVersion },
    spec: { services: { [service]: { replicas: to } } },
  };
  try {
    const options = { fieldManager: REPLICAS_MANAGER, signal };
    store.write(await client.patch(graphs, graph.metadata, { type: "merge", body }, options));
    execution.writes.push({ ref, verb: "scale", why: [`${from} to ${to} replicas`] });
    return true;
  } catch (error) {
    if (signal.aborted) throw error;
    if (isConflict(error) || isHeldBack(error) || isNotFound(error)) return undefined;
    execution.errors.push({ ref, error });
    return false;
  }
}
