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
import { withDependents } from "../testing/dependents.ts";
import { isFieldPath } from "../testing/field_path.ts";
import {
  type Environment,
  ENVIRONMENTS,
  type GraphObjects,
  planObjects,
} from "../testing/graph_objects.ts";
import { graphSchema, randomGraphs, storedGraph } from "../testing/random_graph.ts";
import { graphStatus } from "./status.ts";

/** Percentage of unusual values. Most graphs with this percentage are valid. */
const USUAL = 1;
/** Percentage of unusual values. Most graphs with this percentage are invalid. */
const ODD = 20;
const NOW = "2026-01-01T00:00:00Z";
/** Kinds whose names may have dots and more than 63 characters. */
const SUBDOMAINS = ["PersistentVolumeClaim", "Role", "RoleBinding", "ServiceAccount"];

/** Checks a property of random graphs in each environment. */
function check(
  name: string,
  percentages: readonly number[],
  body: (graph: DynamoGraphDeployment, environment: Environment, choice: number) => void,
) {
  for (const environment of ENVIRONMENTS) {
    for (const odd of percentages) {
      const { multinode } = environment;
      const graphs = randomGraphs(fc, { odd, multinode }).map((graph) => storedGraph(graph));
      const property = fc.property(
        graphs,
        fc.nat(),
        (graph, choice) => body(graph, environment, choice),
      );
      Deno.test(
        `${name} (${environment.name}, ${odd} % odd values)`,
        () => fc.assert(property),
      );
    }
  }
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
  // The plan reports a mistake before the operator writes the first object.
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
    assertEquals(again.planned, planned);
    assertEquals(again.plan.problems, plan.problems);
    assertEquals(deleted(again, stored), []);
  },
);

check("a graph without one service lacks exactly the objects of that service", [USUAL], (
  graph,
  environment,
  choice,
) => {
  const before = planObjects(graph, environment);
  const services = Object.keys(graph.spec.services ?? {});
  fc.pre(before.plan.problems.length === 0 && services.length > 1);
  const removed = services[choice % services.length] ?? "";
  const { [removed]: _, ...others } = graph.spec.services ?? {};
  const smaller = { ...graph, spec: { ...graph.spec, services: others } };
  const after = planObjects(smaller, environment, before.stored);

  assertEquals(after.plan.problems, []);
  const kept = new Map(after.planned.map(({ manifest }) => [nameOf(manifest), manifest]));
  // Another service may serve the same model.
  const children = before.components.get(removed)?.planned.map(({ manifest }) => nameOf(manifest))
    .filter((name) => !kept.has(name)) ?? [];
  // The scaling adapter of a service has the name of the component.
  const name = before.plan.components.get(removed)?.metadata.name;
  const ofGraph = before.plan.planned.filter(({ manifest }) => manifest.metadata.name === name);
  const expected = [...ofGraph.map(({ manifest }) => nameOf(manifest)), ...children].sort();
  assertEquals(deleted(after, before.stored), expected);
  for (const { manifest } of before.planned) {
    // The RoleBinding of the graph contains the ServiceAccounts of all services.
    if (manifest.kind === "RoleBinding") continue;
    const same = kept.get(nameOf(manifest));
    if (same) assertEquals(same, manifest);
  }
});

Deno.test("most usual graphs are valid, and together they have objects of every kind", () => {
  for (const environment of ENVIRONMENTS) {
    const { multinode } = environment;
    const sample = { seed: 1, numRuns: 300 };
    const graphs = fc.sample(randomGraphs(fc, { odd: USUAL, multinode }), sample);
    const all = graphs.map((graph) => planObjects(storedGraph(graph), environment));
    const valid = all.filter(({ plan }) => plan.problems.length === 0);
    assert(valid.length > graphs.length / 2, `only ${valid.length} graphs are valid`);
    const kinds = new Set(valid.flatMap(({ stored }) => stored.map(({ kind }) => kind)));
    assertEquals([...kinds].sort(), environment.kinds);
  }
});

function nameOf({ kind, metadata: { name } }: KubeObject): string {
  return `${kind}/${name}`;
}

/** Returns the objects that the plans delete, and those that the garbage collector then deletes. */
function deleted({ plan, components }: GraphObjects, live: readonly KubeObject[]): string[] {
  const ofComponents = [...components.values()].flatMap(({ prune }) => prune);
  const pruned = [...plan.prune, ...plan.obsoleteRbac, ...ofComponents];
  return withDependents(pruned, live).map(nameOf).sort();
}

/** Returns a copy with the fields of every object in reverse order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (!isJsonObject(value)) return value;
  const fields = Object.entries(value).map(([name, inner]) => [name, reversed(inner)]);
  return Object.fromEntries(fields.reverse());
}
