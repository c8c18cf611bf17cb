import { ANNOTATIONS } from "../../crds/labels.ts";
import type { ServiceInput } from "../dynamo/service_input.ts";

/** The names of all orchestrators. A user can set one of these names in an annotation of a graph. */
export const ORCHESTRATORS = ["deployment", "lws", "grove"] as const;

/**
 * Kind of object that runs the pods of a service: a Deployment, one LeaderWorkerSet for each replica, or a
 * Grove PodCliqueSet for all services of a graph together.
 */
export type Orchestrator = typeof ORCHESTRATORS[number];

/** The optional orchestrators whose kinds the API server serves. The API server always serves Deployments. */
export type ServedOrchestrators = ReadonlySet<ServedOrchestrator>;

/** An orchestrator that is optional, because a cluster may lack its CRDs. */
export type ServedOrchestrator = Exclude<Orchestrator, "deployment">;

/** No optional orchestrator: the API server serves only Deployments. */
export const NONE_SERVED: ServedOrchestrators = new Set();

/** Message for a multinode service if the API server serves no multinode orchestrator. Clients rely on this text. */
export const NO_ORCHESTRATOR = "no multinode orchestrator available";

/**
 * Returns the orchestrator of a component; undefined if the component spans several nodes and the API server serves no
 * multinode orchestrator for it. The result is never Grove, because Grove runs whole graphs without components.
 */
export function orchestratorOf(
  { nodes }: Pick<ServiceInput, "nodes">,
  served: ServedOrchestrators,
): Exclude<Orchestrator, "grove"> | undefined {
  if (nodes <= 1) return "deployment";
  return served.has("lws") ? "lws" : undefined;
}

/** Returns whether an annotation of a graph disables Grove for the graph. */
export function isGroveDisabled(graphAnnotations: Record<string, string>): boolean {
  return graphAnnotations[ANNOTATIONS.enableGrove]?.toLowerCase() === "false";
}
