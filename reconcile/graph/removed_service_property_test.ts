// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { ANNOTATIONS } from "../../crds/labels.ts";
import { type PodCliqueSet, podCliqueSets } from "../../kube/optional_kinds.ts";
import type { KubeObject } from "../../kube/object.ts";
import { componentName, modelServiceName } from "../dynamo/names.ts";
import {
  DEPLOYMENT,
  type Environment,
  GROVE,
  LWS,
  LWS_WITH_VOLCANO,
} from "../testing/environments.ts";
import { type GraphObjects, planObjects } from "../testing/graph_objects.ts";
import {
  deletedObjects,
  nameOf,
  testGraphs,
  USUAL,
  withoutService,
} from "../testing/graph_property.ts";

testGraphs(fc, "a graph without one service lacks exactly the objects of that service", {
  environments: [DEPLOYMENT, LWS, LWS_WITH_VOLCANO],
  percentages: [USUAL],
  body(graph, environment, choice) {
    const { before, removed, smaller } = removal(graph, environment, choice);
    const after = planObjects(smaller, environment, before.stored);
    assertEquals(after.plan.problems, []);

    const kept = namesOf(after.planned);
    // The operator deletes the children of the service, except objects that other services need, such as the Service of
    // a shared model. It also keeps the source of the MPI Secret, because other namespaces may use this Secret.
    const children = before.components.get(removed)?.planned.map(({ manifest }) => manifest)
      .filter((manifest) =>
        !kept.has(nameOf(manifest)) && manifest.metadata.namespace === graph.metadata.namespace
      ) ?? [];
    // The scaling adapter of a service has the same name as the component of the service.
    const name = before.plan.components.get(removed)?.metadata.name;
    const ofGraph = before.plan.planned.map(({ manifest }) => manifest)
      .filter(({ metadata }) => metadata.name === name);
    const expected = [...ofGraph, ...children].map(nameOf).sort();
    assertEquals(deletedObjects(after, before.stored).map(nameOf), expected);
    assertUnchanged(before, after);
  },
});

testGraphs(fc, "a graph on Grove keeps its objects until a user orders a new PodCliqueSet", {
  environments: [GROVE],
  percentages: [USUAL],
  body(graph, environment, choice) {
    const { before, smaller, set } = groveRemoval(graph, environment, choice);
    const { plan, ...others } = planObjects(smaller, environment, before.stored);
    assertEquals(plan.problems.map(({ field }) => field), ["spec.services"]);
    const [{ message = "" } = {}] = plan.problems;
    const { generation } = graph.metadata;
    assertStringIncludes(message, `${ANNOTATIONS.recreatePodCliqueSet} to "${generation}"`);
    assertEquals(deletedObjects({ plan, ...others }, before.stored), []);
    assertEquals(plan.planned.some(({ manifest }) => manifest.kind === set.kind), false);
  },
});

testGraphs(fc, "a new PodCliqueSet lacks exactly the removed service", {
  environments: [GROVE],
  percentages: [USUAL],
  body(graph, environment, choice) {
    const { before, removed, smaller, set } = groveRemoval(graph, environment, choice);
    const annotations = { [ANNOTATIONS.recreatePodCliqueSet]: `${graph.metadata.generation}` };
    const ordered = withAnnotations(smaller, annotations);
    const deleting = planObjects(ordered, environment, before.stored);
    assertEquals(deleting.plan.problems, []);
    const gone = deletedObjects(deleting, before.stored);
    const needed = namesOf(planObjects(smaller, environment).planned);
    const ofService = before.stored.filter((object) =>
      isOfService(object, graph, removed) ||
      (isDiscoveryObject(object) && !needed.has(nameOf(object)))
    );
    assertEquals(gone.map(nameOf), [set, ...ofService].map(nameOf).sort());

    const left = before.stored.filter((object) => !gone.includes(object));
    const after = planObjects(ordered, environment, left);
    assertEquals(after.plan.problems, []);
    assertEquals(deletedObjects(after, left), []);
    assertUnchanged(before, after);
    const cliques = cliqueNames(set).filter((name) => !isCliqueOf(removed, graph, name));
    assertEquals(cliqueNames(setOf(after)), cliques);
  },
});

/** Plans a graph, and removes one of its services. Skips invalid graphs and graphs with one service. */
function removal(graph: DynamoGraphDeployment, environment: Environment, choice: number) {
  const before = planObjects(graph, environment);
  fc.pre(before.plan.problems.length === 0 && Object.keys(graph.spec.services ?? {}).length > 1);
  return { before, ...withoutService(graph, choice) };
}

/** Does the same as {@linkcode removal}, but also skips graphs that do not run on Grove. */
function groveRemoval(graph: DynamoGraphDeployment, environment: Environment, choice: number) {
  const found = removal(graph, environment, choice);
  fc.pre(found.before.plan.orchestrator === "grove");
  return { ...found, set: setOf(found.before) };
}

function setOf({ planned }: GraphObjects): PodCliqueSet {
  const manifest = planned.find(({ manifest }) => manifest.kind === podCliqueSets.kind)?.manifest;
  if (!manifest) throw new Error("The plan contains no PodCliqueSet");
  return manifest as PodCliqueSet;
}

function cliqueNames({ spec }: PodCliqueSet): string[] {
  return spec.template.cliques.map(({ name }) => name);
}

function isCliqueOf(service: string, { spec }: DynamoGraphDeployment, clique: string): boolean {
  const name = service.toLowerCase();
  return spec.services?.[service]?.multinode
    ? [`${name}-ldr`, `${name}-wkr`].includes(clique)
    : clique === name;
}

/**
 * Returns whether only the given service needs an object on Grove: its Service, its routes, or the Service of a model
 * that no other service uses.
 */
function isOfService(
  { metadata: { name } }: KubeObject,
  { metadata, spec }: DynamoGraphDeployment,
  service: string,
): boolean {
  const users = Object.entries(spec.services ?? {})
    .filter(([, { modelRef }]) => modelRef?.name && modelServiceName(modelRef.name) === name)
    .map(([key]) => key);
  return name === componentName(metadata.name, service) ||
    (users.length === 1 && users[0] === service);
}

/**
 * Returns whether an object exists only while a service of the graph uses discovery. Returns false for the RBAC objects
 * of planners, because they do not have an owner.
 */
function isDiscoveryObject({ kind, metadata: { ownerReferences = [] } }: KubeObject): boolean {
  return ["Role", "RoleBinding", "ServiceAccount"].includes(kind) && ownerReferences.length > 0;
}

function withAnnotations(
  graph: DynamoGraphDeployment,
  annotations: Record<string, string>,
): DynamoGraphDeployment {
  const { metadata } = graph;
  return {
    ...graph,
    metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } },
  };
}

function namesOf(planned: GraphObjects["planned"]): Map<string, KubeObject> {
  return new Map(planned.map(({ manifest }) => [nameOf(manifest), manifest]));
}

/** Asserts that each object in both plans is unchanged, except the PodCliqueSet and RoleBindings. */
function assertUnchanged(before: GraphObjects, after: GraphObjects) {
  const kept = namesOf(after.planned);
  for (const { manifest } of before.planned) {
    // The RoleBinding of the graph contains the ServiceAccounts of all services, so a removed service changes it.
    if (["RoleBinding", podCliqueSets.kind].includes(manifest.kind)) continue;
    const same = kept.get(nameOf(manifest));
    if (same) assertEquals(same, manifest);
  }
}
