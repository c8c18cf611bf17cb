// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { ComponentStatus, DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { GraphStatus } from "../../crds/kinds/graph.ts";
import { setConditions } from "../../kube/conditions.ts";
import type { Execution } from "../apply/execution.ts";
import { DRIFT_FIGHT } from "../apply/reasons.ts";
import { executionOf } from "../apply/testing/objects.ts";
import { readiness, REASONS } from "../dynamo/conditions.ts";
import { PROGRESS_DELAY_MS } from "../dynamo/progress.ts";
import { unreadableStatus } from "../dynamo/unreadable_status.ts";
import { graph } from "../testing/graph_builder.ts";
import { graphObserved } from "../testing/observed.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { planGraph } from "./plan.ts";
import { graphStatus } from "./status.ts";
import { actsOnGraphStatus, COMPONENTS_DELAY_MS, graphStatusDelayMs } from "./status_delay.ts";

const NOW = "2026-03-01T12:00:00Z";
const object = graph().withFrontend().withWorker("Decode").build();

/** Returns the status of a component that is not available yet. The status describes the given generation. */
function inProgress(reason: string, observedGeneration = 1): ComponentStatus {
  const available = { type: "Available", status: "False", reason, message: "x" } as const;
  const statements = [available, ...readiness("reconciling", reason, "x")];
  const at = { generation: observedGeneration, nowIso: NOW };
  return { observedGeneration, conditions: setConditions([], statements, at) };
}

const NEW: ComponentStatus = { observedGeneration: -1, conditions: [] };
const OBSERVED = inProgress(REASONS.deploymentNotReady);

/** Returns how long the operator delays the status write of a graph whose two components have these statuses. */
function delayMs(
  statuses: readonly ComponentStatus[],
  { before, execution = {} }: {
    before?: ReturnType<typeof graphStatus>;
    execution?: Partial<Execution>;
  } = {},
): number {
  const parent = before ? { ...object, status: before } : object;
  const planOf = (live: DynamoComponentDeployment[]) => {
    const observed = graphObserved({ live, parentUid: object.metadata.uid });
    return { observed, plan: planGraph(parent, observed, platformConfig()) };
  };
  const live = [...planOf([]).plan.components.values()].map((component, index) => ({
    ...component,
    metadata: { ...component.metadata, generation: 1 },
    status: statuses[index] ?? NEW,
  }));
  const view = { object: parent, ...planOf(live), execution: executionOf(execution) };
  return graphStatusDelayMs(view, graphStatus({ ...view, paused: false }, NOW));
}

Deno.test("the first status of a graph waits until its components have reported their state", () => {
  assertEquals(delayMs([NEW, NEW]), COMPONENTS_DELAY_MS);
  assertEquals(delayMs([OBSERVED, NEW]), COMPONENTS_DELAY_MS);
  assertEquals(delayMs([OBSERVED, OBSERVED]), PROGRESS_DELAY_MS);
});

Deno.test("the status of a graph with a failed write or a failed component does not wait", () => {
  const ref = { apiVersion: "v1", kind: "ServiceAccount", name: "a" };
  const errors = [{ ref, error: new Error("quota exceeded") }];
  assertEquals(delayMs([NEW, NEW], { execution: { errors } }), 0);
  const blocked = [{ ref, reason: "NameConflict", message: "taken" } as const];
  assertEquals(delayMs([NEW, NEW], { execution: { blocked } }), 0);
  for (const reason of [REASONS.reconciling, REASONS.volumeClaimMissing, DRIFT_FIGHT]) {
    assertEquals(delayMs([inProgress(reason), NEW]), 0);
  }
  const unreadable = { names: "Deployments", reason: "forbidden", sinceIso: NOW };
  assertEquals(delayMs([unreadableStatus(NEW, unreadable, NOW), NEW]), 0);
});

Deno.test("a graph that was ready reports at once that it is not ready", () => {
  const at = { generation: 1, nowIso: NOW };
  const conditions = setConditions([], readiness("ready", REASONS.allReady, "ready"), at);
  assertEquals(delayMs([OBSERVED, OBSERVED], { before: { state: "successful", conditions } }), 0);
});

Deno.test("a graph acts on the progress of a restart in its status, and on Grove", () => {
  const acts = (
    before: GraphStatus | undefined,
    now: GraphStatus,
    plan: Parameters<typeof actsOnGraphStatus>[0]["plan"] = {},
  ) => actsOnGraphStatus({ object: before ? { status: before } : {}, plan }, now);
  const status = (change: Partial<GraphStatus>): GraphStatus => ({ conditions: [], ...change });
  const pending = { observedID: "1", phase: "Pending" } as const;
  assertEquals(acts(undefined, status({ orchestrator: "deployment" })), false);
  assertEquals(acts(status({ restart: pending }), status({ restart: { ...pending } })), false);
  assertEquals(acts(undefined, status({ restart: pending })), true);
  assertEquals(
    acts(status({ restart: pending }), status({ restart: { ...pending, phase: "Completed" } })),
    true,
  );
  assertEquals(acts(status({ restart: pending }), status({})), true);
  assertEquals(acts(undefined, status({ orchestrator: "grove" })), true);
  assertEquals(acts(status({ orchestrator: "grove" }), status({ orchestrator: "lws" })), true);
  assertEquals(acts(undefined, status({}), { migration: { toGrove: false, former: [] } }), true);
  assertEquals(
    acts(undefined, status({}), { grove: { services: [], waitMs: 0, problems: [] } }),
    true,
  );
});
