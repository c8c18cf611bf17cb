import type { CliqueTemplate } from "../../kube/optional_kinds.ts";
import { REASONS } from "../dynamo/conditions.ts";
import type { Problem } from "../dynamo/problem.ts";
import { cliqueNames, groupMemberName, headlessServiceName, memberName } from "./names.ts";
import type { GroveService } from "./service.ts";

/** Maximum length of the names of a PodCliqueSet, a scaling group and a clique together. */
const MAX_NAME_LENGTH = 45;
/** Fields of a pod that Grove refuses in a new PodCliqueSet. */
const REFUSED_FIELDS = ["topologySpreadConstraints", "nodeName"] as const;
/** Scheduler of pods without `schedulerName`. */
const DEFAULT_SCHEDULER = "default-scheduler";

/** A service and the cliques that are planned for it. */
export interface PlannedService {
  service: GroveService;
  cliques: readonly CliqueTemplate[];
}

/**
 * Returns the problems for which Grove would refuse a new PodCliqueSet, each with its field in the graph. The message
 * of Grove does not name this field, and repeats each reason several times. For an update, Grove checks only immutable
 * fields, so a stored PodCliqueSet may violate these rules.
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

/** Returns a problem for each service whose objects would have the name of another object of the same kind. */
function nameConflicts(graphName: string, services: readonly GroveService[]): Problem[] {
  const problems: Problem[] = [];
  const ownerOf = new Map<string, GroveService>();
  for (const service of services) {
    const { group, cliques } = cliqueNames(service);
    const names = [
      ...cliques.map((clique) => `clique "${clique}"`),
      ...(group === undefined ? cliques : groupMembers(service, group, cliques))
        .map((name) => `PodClique "${memberName(graphName, name)}"`),
    ];
    const taken = names.find((name) => ownerOf.has(name));
    if (taken !== undefined) {
      problems.push(nameConflict(service, `${taken} of service "${ownerOf.get(taken)?.key}"`));
    }
    for (const name of names) if (!ownerOf.has(name)) ownerOf.set(name, service);
    if (service.input.name === headlessServiceName(graphName)) {
      problems.push(nameConflict(service, `the headless Service "${service.input.name}" of Grove`));
    }
  }
  return problems;
}

/**
 * Returns the names of a group's PodCliques without the prefix that all objects of the PodCliqueSet have. Omits
 * PodCliques of replicas that a user adds later.
 */
function groupMembers(
  { replicas }: GroveService,
  group: string,
  cliques: readonly string[],
): string[] {
  const count = Math.max(replicas, 1);
  return Array.from({ length: count }, (_, replica) => replica)
    .flatMap((replica) => cliques.map((clique) => groupMemberName(group, replica, clique)));
}

function nameConflict(service: GroveService, other: string): Problem {
  return {
    reason: REASONS.validationFailed,
    field: pathOf(service),
    message: `On Grove, it would have the name of ${other}: rename the service`,
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

/** Returns a problem if the pods of a graph have several schedulers, because Grove schedules them together. */
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

/** Returns the path of a service in its graph. */
export function pathOf({ key }: Pick<GroveService, "key">): string {
  return `spec.services[${key}]`;
}
