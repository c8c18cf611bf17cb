import type { CliqueTemplate } from "../../kube/optional_kinds.ts";
import { REASONS } from "../dynamo/conditions.ts";
import type { Problem } from "../dynamo/problem.ts";
import { cliqueNames, groupMemberName, headlessServiceName, memberName } from "./names.ts";
import type { GroveService } from "./service.ts";

/** Maximum total length of the names of a PodCliqueSet, a scaling group and a clique. */
const MAX_NAME_LENGTH = 45;
/** Fields of a pod that Grove refuses in a new PodCliqueSet. */
const REFUSED_FIELDS = ["topologySpreadConstraints", "nodeName"] as const;
/** Scheduler of pods without `schedulerName`. */
const DEFAULT_SCHEDULER = "default-scheduler";

/** A service with its planned cliques. */
export interface PlannedService {
  service: GroveService;
  cliques: readonly CliqueTemplate[];
}

/**
 * Returns the reasons why Grove would refuse a new PodCliqueSet, each with the field of the graph that causes it.
 * Grove's own message does not name this field and repeats each reason several times. Grove does not check these rules
 * when a PodCliqueSet is updated, so a stored PodCliqueSet may violate them.
 */
export function creationProblems(
  graphName: string,
  services: readonly PlannedService[],
): Problem[] {
  return [
    ...services.flatMap(({ service }) => lengthProblems(graphName, service)),
    ...nameConflicts(graphName, services.map(({ service }) => service)),
    ...services.flatMap(({ service }) => refusedFields(service)),
    ...mixedSchedulers(services),
  ];
}

function lengthProblems(graphName: string, service: GroveService): Problem[] {
  const { group = "", cliques } = cliqueNames(service);
  const clique = cliques.at(-1) ?? "";
  const length = graphName.length + group.length + clique.length;
  if (length <= MAX_NAME_LENGTH) return [];
  const parts = [graphName, group, clique].filter((part) => part !== "").map((part) => `"${part}"`);
  return [{
    reason: REASONS.nameTooLong,
    field: pathOf(service),
    message:
      `The names ${parts.join(" and ")} have ${length} characters together, and Grove accepts ` +
      `${MAX_NAME_LENGTH}: shorten the name of the graph or of the service`,
  }];
}

/** Returns a problem for each service whose objects would have the same names as other objects of the graph. */
function nameConflicts(graphName: string, services: readonly GroveService[]): Problem[] {
  return services.flatMap((service, index) => {
    const problems: Problem[] = [];
    for (const other of services.slice(0, index)) {
      const name = sharedName(graphName, service, other);
      if (name === undefined) continue;
      problems.push(nameConflict(service, `${name} of service "${other.key}"`));
      break;
    }
    if (service.input.name === headlessServiceName(graphName)) {
      problems.push(nameConflict(service, `the headless Service "${service.input.name}" of Grove`));
    }
    return problems;
  });
}

/**
 * Returns the name that two services would give to objects of the same kind; undefined if their names do not conflict.
 */
function sharedName(graphName: string, a: GroveService, b: GroveService): string | undefined {
  const [ofA, ofB] = [cliqueNames(a), cliqueNames(b)];
  const clique = ofA.cliques.find((name) => ofB.cliques.includes(name));
  if (clique !== undefined) return `clique "${clique}"`;
  const [name = ""] = ofA.group === undefined ? ofA.cliques : ofB.cliques;
  const isShared = ofA.group === undefined ? isGroupMember(name, b) : isGroupMember(name, a);
  return isShared ? `PodClique "${memberName(graphName, name)}"` : undefined;
}

/**
 * Returns whether a PodClique of a multinode service would have the same name as the PodClique of a service on one
 * node. Considers only the current replicas of the multinode service.
 *
 * @param single name of the clique of the service on one node
 */
function isGroupMember(single: string, service: GroveService): boolean {
  const { group, cliques } = cliqueNames(service);
  if (group === undefined) return false;
  return cliques.some((clique) => {
    const replica = Number(single.slice(group.length + 1, -clique.length - 1));
    return replica < Math.max(service.replicas, 1) &&
      single === groupMemberName(group, replica, clique);
  });
}

function nameConflict(service: GroveService, other: string): Problem {
  return {
    reason: REASONS.validationFailed,
    field: pathOf(service),
    message:
      `On Grove, an object of this service would have the same name as ${other}: rename the service`,
  };
}

function refusedFields(service: GroveService): Problem[] {
  const { extraPodSpec } = service.input.spec;
  return REFUSED_FIELDS.filter((field) => {
    const value = extraPodSpec?.[field];
    return Array.isArray(value) ? value.length > 0 : Boolean(value);
  }).map((field) => ({
    reason: REASONS.podFieldRefused,
    field: `${pathOf(service)}.extraPodSpec.${field}`,
    message: "Grove refuses this field: remove it, or use affinity or nodeSelector",
  }));
}

/**
 * Returns a problem if the services of a graph use different schedulers, because Grove requires the same scheduler for
 * all pods of a PodCliqueSet.
 */
function mixedSchedulers(services: readonly PlannedService[]): Problem[] {
  const schedulerOf = ({ cliques }: PlannedService) =>
    cliques[0]?.spec.podSpec.schedulerName || DEFAULT_SCHEDULER;
  const schedulers = [...new Set(services.map(schedulerOf))].sort();
  const named = services.find(({ service: { input } }) => input.spec.extraPodSpec?.schedulerName);
  if (schedulers.length < 2 || !named) return [];
  return [{
    reason: REASONS.podFieldRefused,
    field: `${pathOf(named.service)}.extraPodSpec.schedulerName`,
    message: `Grove needs one scheduler for all services of a graph, and the services have ` +
      `${
        schedulers.map((name) => `"${name}"`).join(" and ")
      }: set the same schedulerName in all services`,
  }];
}

/** Returns the field path of a service in its graph. */
export function pathOf({ key }: Pick<GroveService, "key">): string {
  return `spec.services[${key}]`;
}
