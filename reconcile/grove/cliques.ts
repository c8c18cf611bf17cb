import type { CliqueTemplate } from "../../kube/optional_kinds.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { frameworkOf } from "../pod/frameworks/framework.ts";
import { groveNodes } from "../pod/frameworks/replica_nodes.ts";
import { podSpec } from "../pod/pod_spec.ts";
import { cliqueNames } from "./names.ts";
import type { GroveService } from "./service.ts";

/**
 * Value of the immutable field `minAvailable` of a new clique. Grove considers the clique available if at least this
 * many pods are available.
 */
const MIN_AVAILABLE = 1;

/** The cliques of a stored PodCliqueSet, keyed by name. */
export type StoredCliques = ReadonlyMap<string, CliqueTemplate>;

/**
 * Returns the cliques of a service: one clique, or two cliques for the leaders and the workers of a multinode service.
 *
 * A stored clique keeps its immutable fields. The clique of a service on one node also keeps its replicas. Grove reads
 * these replicas only when it creates the PodClique, so the operator scales the PodClique directly. The replicas of a
 * clique are at least 1, because Grove refuses 0.
 *
 * @param pullSecrets names of discovered pull Secrets
 * @throws {PlanError} if the service is invalid
 */
export function cliqueTemplates(
  service: GroveService,
  config: PlatformConfig,
  pullSecrets: readonly string[],
  stored: StoredCliques,
): CliqueTemplate[] {
  const { input, replicas } = service;
  const { group, cliques: [first = "", workers = ""] } = cliqueNames(service);
  if (group === undefined) {
    const before = stored.get(first)?.spec.replicas ?? 0;
    return [cliqueOf(first, input, before > 0 ? before : Math.max(replicas, 1))];
  }
  return [
    cliqueOf(first, { ...input, role: "leader" }, 1, startsAfterWorkers(service) ? [workers] : []),
    cliqueOf(workers, { ...input, role: "worker" }, input.nodes - 1),
  ];

  function cliqueOf(
    name: string,
    pods: GroveService["input"],
    replicas: number,
    startsAfter: string[] = [],
  ): CliqueTemplate {
    const before = stored.get(name)?.spec;
    const order = before ? before.startsAfter ?? [] : startsAfter;
    const { podLabels: labels, podAnnotations: annotations } = service;
    return {
      name,
      labels,
      ...(Object.keys(annotations).length > 0 && { annotations }),
      spec: {
        roleName: before?.roleName ?? name,
        podSpec: podSpec(pods, config, pullSecrets, groveNodes),
        replicas,
        minAvailable: before?.minAvailable ?? MIN_AVAILABLE,
        ...(order.length > 0 && { startsAfter: order }),
      },
    };
  }
}

/**
 * Returns whether the leader of a multinode service must start after the workers, because it connects to them by SSH.
 */
export function startsAfterWorkers({ input: { spec, nodes } }: GroveService): boolean {
  return nodes > 1 && frameworkOf(spec) === "trtllm";
}
