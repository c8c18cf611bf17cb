// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { leaderWorkerSets, podGroups } from "../../kube/optional_kinds.ts";
import { createRecentValues } from "../../kube/recent_values.ts";
import type { KubeObject } from "../../kube/object.ts";
import { completed } from "../apply/decide.ts";
import type { ServiceSpec } from "../dynamo/service_input.ts";
import { soloComponent } from "../testing/components.ts";
import { componentObserved } from "../testing/observed.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { planComponent } from "./plan.ts";

const CONFIG = platformConfig();
const NAMES = ["a", "b"];

/** One reconciliation of a component. */
const step = fc.record({
  image: fc.constantFrom("nvcr.io/x:1", "nvcr.io/x:2", "other.example/x:1"),
  nodes: fc.integer({ min: 1, max: 2 }),
  replicas: fc.integer({ min: 1, max: 2 }),
  labels: fc.constantFrom({}, { team: "a" }, { team: "b" }),
  graphName: fc.constantFrom("", "demo"),
  secrets: fc.subarray(NAMES),
  accounts: fc.subarray(NAMES),
  hasPodGroups: fc.boolean(),
  /** Whether the objects of the previous step exist, and whether their pods are available. */
  children: fc.constantFrom("none", "unavailable", "available"),
});

Deno.test("a plan with remembered results equals a plan without them, whatever the pods depend on", () => {
  const steps = fc.array(step, { minLength: 2, maxLength: 8 });
  fc.assert(
    fc.property(steps, (steps) => {
      const recent = createRecentValues({ timer: () => () => {} }, { maxValues: 10 });
      let stored: KubeObject[] = [];
      for (const { image, nodes, replicas, labels, children, ...state } of steps) {
        const spec: ServiceSpec = {
          replicas,
          extraPodSpec: { mainContainer: { image } },
          ...(nodes > 1 && { multinode: { nodeCount: nodes } }),
        };
        const live = children === "none"
          ? []
          : stored.map((object) => ({ ...object, status: statusOf(children) }));
        const component = soloComponent(spec, { labels });
        const observed = componentObserved({
          live,
          parentUid: component.metadata.uid,
          kinds: state.hasPodGroups ? [leaderWorkerSets, podGroups] : [leaderWorkerSets],
          served: new Set(["lws"]),
          graphName: state.graphName,
          pullSecrets: state.secrets.map((name) => ({
            apiVersion: "v1",
            kind: "Secret",
            metadata: { name },
            registryHosts: ["nvcr.io"],
          })),
          podServiceAccounts: state.accounts,
        });
        const fresh = planComponent(structuredClone(component), observed, CONFIG);
        assertEquals(planComponent(component, observed, CONFIG, recent), fresh);
        stored = fresh.planned.map((planned) =>
          completed({ parent: component, planned, live: undefined })
        );
      }
    }),
    { numRuns: 300 },
  );
});

function statusOf(children: "available" | "unavailable") {
  const available = children === "available" ? 1 : 0;
  return {
    replicas: 1,
    updatedReplicas: 1,
    readyReplicas: available,
    availableReplicas: available,
  };
}
