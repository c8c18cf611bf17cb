// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { isJsonObject } from "../../kube/json.ts";
import type { KubeObject } from "../../kube/object.ts";
import { executionOf } from "../apply/testing/objects.ts";
import { conditionOf } from "../dynamo/conditions.ts";
import { labelWarnings } from "../dynamo/metadata_rules.ts";
import { isDnsSubdomain, isServiceName } from "../dynamo/object_names.ts";
import { isFieldPath } from "../testing/field_path.ts";
import { ENVIRONMENTS } from "../testing/environments.ts";
import { planObjects } from "../testing/graph_objects.ts";
import {
  deletedObjects,
  type GraphProperty,
  nameOf,
  ODD,
  testGraphs,
  USUAL,
} from "../testing/graph_property.ts";
import { graphSchema, randomGraphs, storedGraph } from "../testing/random_graph.ts";
import { graphStatus } from "./status.ts";

const NOW = "2026-01-01T00:00:00Z";
/** Kinds whose names may contain dots and more than 63 characters. */
const SUBDOMAINS = ["PersistentVolumeClaim", "Role", "RoleBinding", "ServiceAccount"];

function check(name: string, percentages: readonly number[], body: GraphProperty["body"]) {
  testGraphs(fc, name, { environments: ENVIRONMENTS, percentages, body });
}

check("a plan does not depend on the order of fields", [USUAL, ODD], (graph, environment) => {
  const { plan, planned } = planObjects(graph, environment);
  for (const same of [structuredClone(graph), reversed(graph) as DynamoGraphDeployment]) {
    const other = planObjects(same, environment);
    assertEquals(other.planned, planned);
    assertEquals(other.plan, plan);
  }
});

check("problems and warnings name existing fields", [USUAL, ODD], (graph, environment) => {
  const { plan, components } = planObjects(graph, environment);
  for (const { field = "spec", message } of [...plan.problems, ...plan.warnings]) {
    assert(message.isWellFormed(), message);
    assert(isFieldPath(field, graphSchema, graph), `the graph lacks the field ${field}`);
  }
  // The plan of the graph reports every mistake, so the plans of its components do not report any problem.
  for (const { problems } of components.values()) assertEquals(problems, []);
});

check("the status of a graph reports every problem", [USUAL, ODD], (graph, environment) => {
  const { plan, observed } = planObjects(graph, environment);
  const view = { object: graph, plan, observed, execution: executionOf(), paused: false };
  const status = graphStatus(view, NOW);
  assertEquals(status.state, plan.problems.length > 0 ? "failed" : "pending");
  const { message = "" } = conditionOf(status, "Ready") ?? {};
  for (const problem of plan.problems) {
    assertStringIncludes(message, problem.field ?? "");
    assertStringIncludes(message, problem.message);
  }
});

check("planned objects have valid names and labels", [USUAL, ODD], (graph, environment) => {
  for (const { manifest } of planObjects(graph, environment).planned) {
    const { kind, metadata: { name, labels } } = manifest;
    const isValid = SUBDOMAINS.includes(kind) ? isDnsSubdomain(name) : isServiceName(name);
    assert(isValid, `no ${kind} can have the name "${name}"`);
    assertEquals(labelWarnings("labels", labels), []);
  }
});

check("a graph and each component plan an object once", [USUAL, ODD], (graph, environment) => {
  const { plan, components } = planObjects(graph, environment);
  for (const { planned } of [plan, ...components.values()]) {
    const names = planned.map(({ manifest }) => nameOf(manifest));
    assertEquals(names, [...new Set(names)]);
  }
});

check(
  "a plan for its own objects is the same, and prunes nothing",
  [USUAL],
  (graph, environment) => {
    const { plan, planned, stored } = planObjects(graph, environment);
    const again = planObjects(graph, environment, stored);
    assertEquals(again.planned, planned.filter(({ manifest }) => !isElsewhere(manifest, graph)));
    assertEquals(again.plan.problems, plan.problems);
    assertEquals(deletedObjects(again, stored), []);
  },
);

Deno.test("most usual graphs are valid, and together they have objects of every kind", () => {
  for (const environment of ENVIRONMENTS) {
    const sample = { seed: 1, numRuns: 300 };
    const graphs = fc.sample(randomGraphs(fc, { odd: USUAL, ...environment.graphs }), sample);
    const all = graphs.map((graph) => planObjects(storedGraph(graph), environment));
    const valid = all.filter(({ plan }) => plan.problems.length === 0);
    assert(valid.length > graphs.length / 2, `only ${valid.length} graphs are valid`);
    const kinds = new Set(valid.flatMap(({ stored }) => stored.map(({ kind }) => kind)));
    assertEquals([...kinds].sort(), environment.kinds);
  }
});

/**
 * Returns whether an object and the graph are in different namespaces. Only the source of the MPI Secret may be outside
 * the namespace of the graph.
 */
function isElsewhere({ metadata }: KubeObject, graph: KubeObject): boolean {
  return metadata.namespace !== graph.metadata.namespace;
}

/** Returns a copy with the fields of every object in reverse order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (!isJsonObject(value)) return value;
  const fields = Object.entries(value).map(([name, inner]) => [name, reversed(inner)]);
  return Object.fromEntries(fields.reverse());
}
