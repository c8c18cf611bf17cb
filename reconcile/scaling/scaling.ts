import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { DynamoGraphDeploymentScalingAdapter } from "../../crds/kinds/scaling_adapter.ts";
import { controllerOf } from "../apply/ownership.ts";
import { REASONS } from "../dynamo/conditions.ts";
import { componentName } from "../dynamo/names.ts";
import type { ChildPlan } from "../engine/reconciled_kind.ts";
import { determinedReplicas, isScaled, requestedReplicas } from "./determined_replicas.ts";

/** A new replica count for a service in its graph. */
export interface ReplicaChange {
  service: string;
  from: number;
  to: number;
}

/** Plan of a scaling adapter. The plan has no child objects, because the operator creates none for an adapter. */
export interface Scaling extends ChildPlan {
  /** Why the adapter has no effect; absent if it sets the replicas of its service. */
  problem?: { reason: string; message: string };
  /** The new replica count for the graph; absent if the graph needs no change. */
  change?: ReplicaChange;
}

/** Returns the plan of a scaling adapter. */
export function scalingOf(
  adapter: DynamoGraphDeploymentScalingAdapter,
  graph: DynamoGraphDeployment | undefined,
): Scaling {
  // The CRD requires a spec, but an adapter can be older than this rule.
  if (!adapter.spec) {
    const message =
      "The adapter lacks spec: delete it, and the operator creates it again if needed";
    return problem(REASONS.validationFailed, message);
  }
  const { name, serviceName } = adapter.spec.dgdRef;
  if (!graph) {
    return problem(REASONS.graphNotFound, `Graph "${name}" does not exist in the namespace`);
  }
  const service = graph.spec?.services?.[serviceName];
  if (!service) {
    return problem(REASONS.serviceNotFound, `Graph "${name}" has no service "${serviceName}"`);
  }
  const adapterOfService = componentName(name, serviceName);
  const isControlled = controllerOf(adapter)?.uid === graph.metadata.uid;
  if (!isControlled || adapter.metadata.name !== adapterOfService) {
    return problem(
      REASONS.notControlled,
      `The adapter has no effect, because graph "${name}" does not control it: ` +
        `scale ${adapter.kind} "${adapterOfService}", which the operator creates if ` +
        `spec.services[${serviceName}].scalingAdapter.enabled is true`,
    );
  }
  const to = determinedReplicas(adapter, service);
  const from = requestedReplicas(service);
  const isChanged = to !== undefined && to !== from && !graph.metadata.deletionTimestamp;
  const change = isChanged ? { service: serviceName, from, to } : undefined;
  if (change || isScaled(service)) return change ? { change } : {};
  return problem(
    REASONS.adapterDisabled,
    `spec.services[${serviceName}].scalingAdapter.enabled of graph "${name}" is not true`,
  );
}

function problem(reason: string, message: string): Scaling {
  return { problem: { reason, message } };
}
