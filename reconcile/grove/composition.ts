import { ANNOTATIONS } from "../../crds/labels.ts";
import type { CliqueTemplate, PodCliqueSet } from "../../kube/optional_kinds.ts";
import { REASONS } from "../dynamo/conditions.ts";
import type { Problem } from "../dynamo/problem.ts";
import { startsAfterWorkers, type StoredCliques } from "./cliques.ts";
import { pathOf } from "./creation_rules.ts";
import { cliqueNames } from "./names.ts";
import type { GroveService } from "./service.ts";

/** The cliques and scaling groups of a stored PodCliqueSet. Grove cannot add, remove or rename them. */
export interface Composition {
  /** All cliques, keyed by name, in the stored order, including the cliques of scaling groups. */
  cliques: StoredCliques;
  /** Names of the scaling groups in the stored order. */
  groups: ReadonlySet<string>;
  startupType: string | undefined;
}

/** Startup type of a PodCliqueSet. With this type, Grove respects the field `startsAfter` of each clique. */
export const EXPLICIT_ORDER = "CliqueStartupTypeExplicit";
/** Startup type that lets Grove start the cliques of a PodCliqueSet in any order. */
export const ANY_ORDER = "CliqueStartupTypeAnyOrder";

/** Returns the cliques and scaling groups of a PodCliqueSet. */
export function compositionOf({ spec }: PodCliqueSet): Composition {
  const { cliques = [], podCliqueScalingGroups = [], cliqueStartupType } = spec?.template ?? {};
  return {
    cliques: new Map(cliques.map((clique) => [clique.name, clique])),
    groups: new Set(podCliqueScalingGroups.map(({ name }) => name)),
    startupType: cliqueStartupType,
  };
}

/**
 * Returns problems for the changes that require a new PodCliqueSet. A change requires one if it adds or removes a
 * service, moves a service between one node and several nodes, or changes the start order of leader and workers.
 *
 * @param generation generation of the graph. The message asks the user to set an annotation to this value, to get a new
 *   PodCliqueSet
 */
export function compositionProblems(
  name: string,
  services: readonly GroveService[],
  stored: Composition,
  generation: number,
): Problem[] {
  const remedy =
    `the change needs a new PodCliqueSet "${name}". Revert the change, or restart all pods of the graph: ` +
    `set its annotation ${ANNOTATIONS.recreatePodCliqueSet} to "${generation}"`;
  const changed = services.flatMap((service) => {
    const why = changeOf(service, stored);
    return why === undefined ? [] : [problem(pathOf(service), `${why}, and ${remedy}`)];
  });
  const removed = removedServices(services, stored);
  if (removed.length === 0) return changed;
  const names = removed.map((service) => `"${service}"`).join(", ");
  return [...changed, problem("spec.services", `Grove still runs ${names}, and ${remedy}`)];
}

/** Returns the reason why Grove cannot run a service with its stored cliques; undefined if it can. */
function changeOf(service: GroveService, { cliques, groups, startupType }: Composition) {
  const { group, cliques: names } = cliqueNames(service);
  const single = service.key.toLowerCase();
  if (group === undefined && groups.has(single)) {
    return "Grove still runs each replica on several nodes";
  }
  if (group !== undefined && cliques.has(single)) {
    return "Grove still runs each replica on one node";
  }
  const isStored = names.every((name) => cliques.has(name)) &&
    (group === undefined || groups.has(group));
  if (!isStored) return "Grove does not run this service yet";
  const isOrdered = startupType === EXPLICIT_ORDER &&
    (cliques.get(names[0] ?? "")?.spec.startsAfter ?? []).length > 0;
  if (startsAfterWorkers(service) && !isOrdered) {
    return "Its leader must start after its workers, but Grove starts them in any order";
  }
  return undefined;
}

/** Returns the lower-case names of the services that Grove still runs although they are no longer in the graph. */
function removedServices(
  services: readonly GroveService[],
  { cliques, groups }: Composition,
): string[] {
  const wanted = new Set(services.map(({ key }) => key.toLowerCase()));
  const ofGroups = new Set([...groups].flatMap((group) => [`${group}-ldr`, `${group}-wkr`]));
  const single = [...cliques.keys()].filter((name) => !ofGroups.has(name));
  return [...groups, ...single].filter((name) => !wanted.has(name));
}

/**
 * Returns the items sorted in the order of `stored`. If `stored` lacks an item, returns all items in their original
 * order.
 */
export function inStoredOrder<T extends { name: string }>(
  items: readonly T[],
  stored: Iterable<string>,
): T[] {
  const order = new Map([...stored].map((name, index) => [name, index]));
  if (!items.every(({ name }) => order.has(name))) return [...items];
  return items.toSorted((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0));
}

/** Returns the cliques of a service in a PodCliqueSet; an empty list if the PodCliqueSet does not run the service. */
export function storedCliques(key: string, { cliques, groups }: Composition): CliqueTemplate[] {
  const name = key.toLowerCase();
  const names = groups.has(name) ? [`${name}-ldr`, `${name}-wkr`] : [name];
  return names.flatMap((one) => cliques.get(one) ?? []);
}

function problem(field: string, message: string): Problem {
  return { reason: REASONS.compositionChanged, field, message };
}
