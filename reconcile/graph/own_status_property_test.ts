// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { KubeObject } from "../../kube/object.ts";
import { executionOf } from "../apply/testing/objects.ts";
import { type ComponentPlan, planComponent } from "../component/plan.ts";
import { actsOnComponentStatus } from "../component/status_delay.ts";
import { componentStatus } from "../component/status.ts";
import { ENVIRONMENTS } from "../testing/environments.ts";
import { planObjects } from "../testing/graph_objects.ts";
import { ODD, testGraphs, USUAL } from "../testing/graph_property.ts";
import { componentObserved } from "../testing/observed.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { graphStatus } from "./status.ts";
import { actsOnGraphStatus } from "./status_delay.ts";

const NOW = "2026-01-01T00:00:00Z";
const LATER = "2026-01-01T00:00:01Z";

testGraphs(fc, "a stored status changes neither plan nor status unless the graph acts on it", {
  environments: ENVIRONMENTS,
  percentages: [USUAL, ODD],
  body(graph, environment, choice) {
    const execution = executionOf();
    const { stored } = planObjects(graph, environment);
    const live: readonly KubeObject[] = choice % 2 === 0 ? stored : [];
    const { plan, observed } = planObjects(graph, environment, live);
    const view = { object: graph, plan, observed, execution, paused: false };
    const status = graphStatus(view, NOW);
    if (actsOnGraphStatus(view, status)) return;
    const object = { ...graph, status };
    const next = planObjects(object, environment, live);
    assertEquals(next.plan, plan);
    assertEquals(graphStatus({ ...view, ...next, object }, LATER), status);
  },
});

testGraphs(fc, "a stored status changes neither plan nor status of a component", {
  environments: ENVIRONMENTS,
  percentages: [USUAL, ODD],
  body(graph, environment) {
    const config = platformConfig();
    for (const object of planObjects(graph, environment).plan.components.values()) {
      const observed = componentObserved({
        graphName: graph.metadata.name,
        served: environment.served,
        kinds: environment.optionalKinds,
      });
      const plan = planComponent(object, observed, config);
      const view = { object, plan, observed, execution: executionOf(), paused: false };
      const status = componentStatus(view, NOW);
      assertEquals(actsOnComponentStatus(view), false);
      const next = { ...object, status };
      assertEquals(withoutStatus(planComponent(next, observed, config)), withoutStatus(plan));
      assertEquals(componentStatus({ ...view, object: next }, LATER), status);
    }
  },
});

/**
 * Returns a copy of a component's plan in which each co-owner is reduced to its metadata. The executor reads no other
 * fields of co-owners.
 */
function withoutStatus(plan: ComponentPlan) {
  const planned = plan.planned.map(({ coOwners = [], ...planned }) => ({
    ...planned,
    coOwners: coOwners.map(({ metadata }) => metadata),
  }));
  return { ...plan, planned };
}
