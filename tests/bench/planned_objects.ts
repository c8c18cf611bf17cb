import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { KubeObject } from "../../kube/object.ts";
import { planComponent } from "../../reconcile/component/plan.ts";
import type { Planned } from "../../reconcile/apply/planned.ts";
import { withPlanHash } from "../../reconcile/apply/plan_hash.ts";
import { planGraph } from "../../reconcile/graph/plan.ts";
import { componentObserved, graphObserved } from "../../reconcile/testing/observed.ts";
import { platformConfig } from "../../reconcile/testing/platform_config.ts";

/**
 * Returns the children that the operator applies for a graph, in the operator's order. The UIDs in their owner
 * references are random; all other fields have the values that the operator applies.
 *
 * @throws if the plan of the graph fails
 */
export function plannedObjects(graph: DynamoGraphDeployment): KubeObject[] {
  const config = platformConfig();
  const { planned, problems, components } = planGraph(stored(graph), graphObserved(), config);
  const children = [...components.values()].flatMap((component) =>
    childrenOf(stored(component), graph.metadata.name)
  );
  if (problems.length > 0) {
    throw new Error(`Cannot plan "${graph.metadata.name}": ${problems[0]?.message}`);
  }
  return [...planned, ...children].map(withPlanHash);
}

function childrenOf(component: DynamoComponentDeployment, graphName: string): Planned[] {
  const observed = componentObserved({ graphName, components: [component] });
  const { planned, problems } = planComponent(component, observed, platformConfig());
  if (problems.length > 0) {
    throw new Error(`Cannot plan "${component.metadata.name}": ${problems[0]?.message}`);
  }
  return planned;
}

function stored<T extends KubeObject>(object: T): T {
  return { ...object, metadata: { ...object.metadata, uid: crypto.randomUUID() } };
}
