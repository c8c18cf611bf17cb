import type { V1Container, V1PodSpec, V1ResourceRequirements } from "@kubernetes/client-node";
import { sameJson } from "../../../kube/json.ts";
import type { CliqueTemplate, PodCliqueSet } from "../../../kube/optional_kinds.ts";

/** Maximum total length of the names of a PodCliqueSet, a scaling group and a clique. */
const MAX_NAME_LENGTH = 45;
const IMMUTABLE = "field is immutable";

/** Returns a PodCliqueSet with the defaults that Grove's mutating webhook stores. */
export function withDefaults(set: PodCliqueSet): PodCliqueSet {
  const { template } = set.spec;
  return {
    ...set,
    spec: {
      ...set.spec,
      template: {
        terminationDelay: "4h0m0s",
        headlessServiceConfig: { publishNotReadyAddresses: true },
        ...template,
        cliques: template.cliques.map((clique) => ({
          ...clique,
          spec: {
            ...clique.spec,
            minAvailable: clique.spec.minAvailable ?? clique.spec.replicas,
            replicas: clique.spec.replicas || 1,
            podSpec: podSpecWithDefaults(clique.spec.podSpec),
          },
        })),
      },
    },
  };
}

function podSpecWithDefaults(spec: V1PodSpec): V1PodSpec {
  return {
    terminationGracePeriodSeconds: 30,
    ...spec,
    restartPolicy: "Always",
    containers: spec.containers.map(containerWithDefaults),
    ...(spec.initContainers && { initContainers: spec.initContainers.map(containerWithDefaults) }),
  };
}

function containerWithDefaults(container: V1Container): V1Container {
  return {
    ...container,
    resources: canonical(container.resources ?? {}),
    ...(container.ports && {
      ports: container.ports.map((port) => ({ protocol: "TCP", ...port })),
    }),
  };
}

/** Returns the resources with quantities in the form that Go prints. Handles only the quantities that the tests use. */
function canonical(resources: V1ResourceRequirements): V1ResourceRequirements {
  const text = JSON.stringify(resources).replaceAll('"0.5"', '"500m"').replaceAll(
    '"8192Mi"',
    '"8Gi"',
  );
  return JSON.parse(text);
}

/** Returns the reasons why Grove's validating webhook refuses to create a PodCliqueSet. */
export function creationFaults({ metadata: { name }, spec: { template } }: PodCliqueSet): string[] {
  const { cliques, podCliqueScalingGroups: groups = [] } = template;
  const schedulers = new Set(
    cliques.map(({ spec }) => spec.podSpec.schedulerName ?? "default-scheduler"),
  );
  return [
    ...cliques.flatMap((clique, index) => cliqueFaults(name, clique, index, template)),
    ...(schedulers.size > 1
      ? [
        "spec.template.cliques.spec.podSpec.schedulerName: the schedulerName for all pods have to be the same",
      ]
      : []),
    ...groups.filter(({ replicas = 1 }) => replicas < 1)
      .map((group) =>
        `spec.template.podCliqueScalingGroups[${group.name}].replicas: must be positive`
      ),
  ];
}

function cliqueFaults(
  set: string,
  { name, spec }: CliqueTemplate,
  index: number,
  { podCliqueScalingGroups = [] }: PodCliqueSet["spec"]["template"],
): string[] {
  const path = `spec.template.cliques[${index}]`;
  const group =
    podCliqueScalingGroups.find(({ cliqueNames }) => cliqueNames.includes(name))?.name ?? "";
  const faults: string[] = [];
  if (set.length + group.length + name.length > MAX_NAME_LENGTH) {
    faults.push(`${path}.name: the combined resource name exceeds ${MAX_NAME_LENGTH} characters`);
  }
  if (name !== name.toLowerCase()) faults.push(`${path}.name: must be lower case`);
  if ((spec.minAvailable ?? 0) < 1) {
    faults.push(`${path}.spec.minAvailable: must be greater than 0`);
  }
  for (const field of ["topologySpreadConstraints", "nodeName"] as const) {
    if (spec.podSpec[field] !== undefined) {
      faults.push(`${path}.spec.podSpec.${field}: must not be set`);
    }
  }
  return faults;
}

/** Returns the reasons why Grove's validating webhook refuses an update. It checks only immutable fields. */
export function updateFaults(before: PodCliqueSet, after: PodCliqueSet): string[] {
  const [old, now] = [immutablePart(before), immutablePart(after)];
  const anyOrder = now.startup === "CliqueStartupTypeAnyOrder";
  const sorted = <T extends { name: string }>(items: T[]) =>
    anyOrder ? items.toSorted((a, b) => a.name < b.name ? -1 : 1) : items;
  const checks: [string, unknown, unknown][] = [
    ["spec.template.cliqueStartupType", old.startup, now.startup],
    ["spec.template.cliques", sorted(old.cliques), sorted(now.cliques)],
    ["spec.template.podCliqueScalingGroups", old.groups, now.groups],
  ];
  // Like the real webhook, reports each fault more than once.
  return checks.filter(([, a, b]) => !sameJson(a, b))
    .flatMap(([path]) => [`${path}: ${IMMUTABLE}`, `${path}: ${IMMUTABLE}`]);
}

function immutablePart({ spec: { template } }: PodCliqueSet) {
  return {
    startup: template.cliqueStartupType ?? "CliqueStartupTypeAnyOrder",
    cliques: template.cliques.map(({ name, spec: { roleName, minAvailable, startsAfter } }) => ({
      name,
      roleName,
      minAvailable,
      startsAfter,
    })),
    groups: (template.podCliqueScalingGroups ?? [])
      .map(({ name, cliqueNames, minAvailable = 1 }) => ({ name, cliqueNames, minAvailable }))
      .toSorted((a, b) => a.name < b.name ? -1 : 1),
  };
}
