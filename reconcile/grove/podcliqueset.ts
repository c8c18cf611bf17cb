import {
  type CliqueTemplate,
  type PodCliqueSet,
  podCliqueSets,
  type ScalingGroupTemplate,
} from "../../kube/optional_kinds.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import {
  ANY_ORDER,
  type Composition,
  compositionOf,
  EXPLICIT_ORDER,
  inStoredOrder,
} from "./composition.ts";
import type { PlannedService } from "./creation_rules.ts";
import { cliqueNames } from "./names.ts";

/**
 * Value of the immutable field `minAvailable` of a new scaling group. Grove considers the group available if at least
 * this many replicas are available.
 */
const MIN_AVAILABLE = 1;

/** Input of {@link podCliqueSetManifest}. */
export interface PodCliqueSetInput {
  graph: { name: string; namespace?: string | undefined };
  /** The services, sorted by name. */
  services: readonly PlannedService[];
  config: Pick<PlatformConfig, "groveTerminationDelay">;
  annotations: Record<string, string>;
  /** The stored PodCliqueSet; undefined if there is none, or if it is being replaced. */
  stored: PodCliqueSet | undefined;
}

/**
 * Returns the PodCliqueSet of a graph. The cliques and scaling groups keep their stored order, because Grove would
 * refuse another order or start a rolling update. Immutable fields and the replicas of scaling groups keep their stored
 * values.
 */
export function podCliqueSetManifest(
  { graph, services, config, annotations, stored }: PodCliqueSetInput,
): PodCliqueSet {
  const before = stored && compositionOf(stored);
  const cliques = services.flatMap(({ cliques }) => cliques);
  const groups = services.flatMap((planned) => groupOf(planned, stored) ?? []);
  const { groveTerminationDelay: terminationDelay } = config;
  return {
    apiVersion: podCliqueSets.apiVersion,
    kind: podCliqueSets.kind,
    metadata: {
      name: graph.name,
      ...(graph.namespace && { namespace: graph.namespace }),
      annotations,
    },
    spec: {
      replicas: 1,
      template: {
        cliques: inStoredOrder(cliques, before?.cliques.keys() ?? []),
        cliqueStartupType: startupTypeOf(cliques, before),
        headlessServiceConfig: { publishNotReadyAddresses: true },
        ...(terminationDelay && { terminationDelay }),
        ...(groups.length > 0 && {
          podCliqueScalingGroups: inStoredOrder(groups, before?.groups ?? []),
        }),
      },
    },
  };
}

/** Returns the scaling group of a multinode service; undefined for a service on one node. */
function groupOf(
  { service }: PlannedService,
  stored: PodCliqueSet | undefined,
): ScalingGroupTemplate | undefined {
  const { group, cliques } = cliqueNames(service);
  if (group === undefined) return undefined;
  const before = stored?.spec?.template?.podCliqueScalingGroups?.find(({ name }) => name === group);
  return {
    name: group,
    cliqueNames: before?.cliqueNames ?? cliques,
    replicas: before?.replicas || Math.max(service.replicas, 1),
    minAvailable: before?.minAvailable ?? MIN_AVAILABLE,
  };
}

function startupTypeOf(
  cliques: readonly CliqueTemplate[],
  before: Composition | undefined,
): string {
  const isOrdered = cliques.some(({ spec }) => spec.startsAfter !== undefined);
  return before?.startupType ?? (isOrdered ? EXPLICIT_ORDER : ANY_ORDER);
}
