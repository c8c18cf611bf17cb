// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { GraphStatus } from "../../crds/kinds/graph.ts";
import type { KubeObject } from "../../kube/object.ts";
import { executionOf } from "../apply/testing/objects.ts";
import type { Problem } from "../dynamo/problem.ts";
import { graph } from "../testing/graph_builder.ts";
import { groveObserved, storedSet } from "../testing/grove_objects.ts";
import { kstatus } from "../testing/kstatus.ts";
import { graphObserved } from "../testing/observed.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { formerOrchestrator, migrating, migrationEvents } from "./migration_status.ts";
import type { Migration } from "./migration.ts";
import { planGraph } from "./plan.ts";
import { graphStatus } from "./status.ts";

const NOW = "2026-01-01T00:00:00Z";
const object = graph().withFrontend().withAnnotation("nvidia.com/orchestrator", "deployment")
  .build();
const set = storedSet(object);
const deleting: KubeObject = {
  ...set,
  metadata: {
    ...set.metadata,
    deletionTimestamp: NOW,
    finalizers: ["foregroundDeletion", "grove.io/podcliqueset.grove.io"],
  },
};

function condition(
  { former = [], remains = [], problems = [], paused = false }: {
    former?: KubeObject[];
    remains?: string[];
    problems?: Problem[];
    paused?: boolean;
  },
) {
  const [found] = migrating({ migration: { toGrove: false, former }, remains, problems }, paused);
  return `${found?.status} ${found?.reason}: ${found?.message}`;
}

const MOVES = "The graph moves from Grove to components";

Deno.test("the condition names the objects and pods that the migration waits for", () => {
  assertEquals(
    condition({ former: [set] }),
    `True DeletingFormerWorkloads: ${MOVES}: ` +
      'waiting for the deletion of PodCliqueSet "chat"',
  );
  assertStringIncludes(
    condition({ former: [deleting] }),
    'PodCliqueSet "chat" (finalizer grove.io/podcliqueset.grove.io)',
  );
  assertEquals(
    condition({ remains: Array.from({ length: 7 }, (_, index) => `Pod "${index}"`) }),
    `True WaitingForPods: ${MOVES}: waiting for the deletion of Pod "0", Pod "1", ` +
      'Pod "2", Pod "3", Pod "4" and 2 more',
  );
  assertEquals(
    condition({}),
    `True CreatingWorkloads: ${MOVES}: the new workload does not exist yet`,
  );
});

Deno.test("the condition is False while the graph is paused, or a problem prevents the migration", () => {
  assertEquals(
    condition({ former: [set], paused: true }),
    "False Paused: The graph does not move from Grove to components: " +
      "the operator continues after the pause",
  );
  const problems = [{ reason: "MultinodeUnavailable", message: "no orchestrator" } as const];
  assertEquals(
    condition({ former: [set], problems }),
    "False Blocked: The graph does not move from Grove to components: no orchestrator",
  );
  assertEquals(migrating({ remains: [], problems }, false), []);
});

function statusOf(
  { live = [], remains = [], paused = false, orchestrator }: {
    live?: typeof set[];
    remains?: string[];
    paused?: boolean;
    orchestrator?: string;
  },
) {
  const graph = { ...object, ...(orchestrator && { status: { orchestrator } }) };
  const observed = graphObserved({
    live,
    parentUid: object.metadata.uid,
    served: new Set(["grove"]),
    podCliqueSets: live,
    grove: groveObserved({ podCliqueSet: live[0] }),
    remains,
  });
  const plan = planGraph(graph, observed, platformConfig());
  const execution = executionOf();
  return graphStatus({ object: graph, plan, observed, execution, paused }, NOW);
}

Deno.test("a graph that migrates is in progress, and keeps the record of its orchestrator", () => {
  for (
    const situation of [
      { live: [set] },
      { live: [set], paused: true },
      { remains: ['Pod "chat-0-frontend-x"'], orchestrator: "grove" },
    ]
  ) {
    const status = statusOf(situation);
    assertEquals([status.state, status.orchestrator], ["pending", "grove"]);
    assertEquals(kstatus({ ...object, status }), "InProgress");
    const ready = status.conditions?.find(({ type }) => type === "Ready")?.message ?? "";
    assertStringIncludes(ready, situation.paused ? "after the pause" : "waiting for");
  }
});

Deno.test("the former orchestrator of components follows from their nodes", () => {
  const component = (nodeCount?: number) =>
    ({ metadata: { name: "c" }, spec: { ...(nodeCount && { multinode: { nodeCount } }) } }) as
      & KubeObject
      & { spec: object };
  const former = (...former: KubeObject[]): Migration => ({ toGrove: true, former });
  assertEquals(formerOrchestrator(object, former(component(), component())), "deployment");
  assertEquals(formerOrchestrator(object, former(component(), component(2))), "lws");
  const recorded = { ...object, status: { orchestrator: "lws" } };
  assertEquals(formerOrchestrator(recorded, former(component())), "lws");
  const outdated = { ...object, status: { orchestrator: "grove" } };
  assertEquals(formerOrchestrator(outdated, former(component())), "deployment");
});

Deno.test("a migration has one event at its start and one at its end", () => {
  const status = (orchestrator: string, migrating?: "True" | "False"): GraphStatus => ({
    orchestrator,
    ...(migrating && {
      conditions: [{
        type: "Migrating",
        status: migrating,
        reason: "R",
        message: "why",
        lastTransitionTime: NOW,
      }],
    }),
  });
  const [old, start, end] = [status("grove"), status("grove", "True"), status("lws")];
  const blocked = status("grove", "False");
  const events = (before: GraphStatus, after: GraphStatus) =>
    migrationEvents(before, after).map(({ reason, note }) => `${reason}: ${note}`);
  assertEquals(events(old, start), ["MigrationStarted: why"]);
  assertEquals(events(start, start), []);
  assertEquals(events(start, end), [
    "MigrationCompleted: The graph has moved to the orchestrator lws",
  ]);
  assertEquals(events(start, old), [
    "MigrationCancelled: The graph stays on the orchestrator grove",
  ]);
  assertEquals(events(old, blocked), []);
  assertEquals(events(blocked, old), []);
  assertEquals(events(blocked, start), ["MigrationStarted: why"]);
});
