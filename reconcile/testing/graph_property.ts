import type FastCheck from "fast-check";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { KubeObject } from "../../kube/object.ts";
import { withDependents } from "./dependents.ts";
import type { Environment } from "./environments.ts";
import type { GraphObjects } from "./graph_objects.ts";
import { randomGraphs, storedGraph } from "./random_graph.ts";

/** Low percentage of unusual values: most of the random graphs are valid. */
export const USUAL = 1;
/** High percentage of unusual values: most of the random graphs are invalid. */
export const ODD = 20;

/** A property that tests check with random graphs. */
export interface GraphProperty {
  environments: readonly Environment[];
  /** Percentages of unusual values. A separate test checks the property with each percentage. */
  percentages: readonly number[];
  /** @param choice a random natural number */
  body(graph: DynamoGraphDeployment, environment: Environment, choice: number): void;
}

/** Registers a test of a property for each environment and each percentage of unusual values. */
export function testGraphs(
  fc: typeof FastCheck,
  name: string,
  { environments, percentages, body }: GraphProperty,
): void {
  for (const environment of environments) {
    for (const odd of percentages) {
      const graphs = randomGraphs(fc, { odd, ...environment.graphs })
        .map((graph) => storedGraph(graph));
      const property = fc.property(
        graphs,
        fc.nat(),
        (graph, choice) => body(graph, environment, choice),
      );
      Deno.test(`${name} (${environment.name}, ${odd} % odd values)`, () => fc.assert(property));
    }
  }
}

export function nameOf({ kind, metadata: { name, namespace } }: KubeObject): string {
  return `${kind}/${namespace ?? ""}/${name}`;
}

/**
 * Returns one list, sorted by name: the objects that the operator prunes, and the dependents that the garbage collector
 * deletes afterwards.
 */
export function deletedObjects(
  { plan, components }: GraphObjects,
  live: readonly KubeObject[],
): KubeObject[] {
  const ofComponents = [...components.values()].flatMap(({ prune }) => prune);
  const pruned = [...plan.prune, ...plan.obsoleteRbac, ...ofComponents];
  return withDependents(pruned, live).sort((a, b) => nameOf(a) < nameOf(b) ? -1 : 1);
}

/**
 * Returns two values: the name of the removed service, and the graph without this service. `choice` selects the
 * service.
 */
export function withoutService(
  graph: DynamoGraphDeployment,
  choice: number,
): { removed: string; smaller: DynamoGraphDeployment } {
  const services = Object.keys(graph.spec.services ?? {});
  const removed = services[choice % services.length] ?? "";
  const { [removed]: _, ...others } = graph.spec.services ?? {};
  return { removed, smaller: { ...graph, spec: { ...graph.spec, services: others } } };
}
