/** Tests that pods of two orchestrators never exist together, for random sequences of events. */
// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { KubeObject } from "../../kube/object.ts";
import { type PodCliqueSet, podCliqueSets } from "../../kube/optional_kinds.ts";
import { completed } from "../apply/decide.ts";
import { executionOf } from "../apply/testing/objects.ts";
import { components } from "../dynamo/resources.ts";
import { graph } from "../testing/graph_builder.ts";
import { groveObserved } from "../testing/grove_objects.ts";
import { graphObserved } from "../testing/observed.ts";
import { platformConfig } from "../testing/platform_config.ts";
import type { ServedOrchestrators } from "../workload/orchestrator.ts";
import { formerPodsOf } from "./migration.ts";
import { chooseOrchestrator } from "./orchestrator_choice.ts";
import { planGraph } from "./plan.ts";
import { graphStatus } from "./status.ts";

const NOW = "2026-01-01T00:00:00Z";
const SERVED: ServedOrchestrators = new Set(["grove"]);
const ORDER = "nvidia.com/orchestrator";
const ACTIONS = [
  "reconcile",
  "reconcile and end",
  "end pod",
  "remove object",
  "delete set",
] as const;
const ORDERS = [undefined, "grove", "deployment", "lws", "unknown"];

interface SimulatedPod {
  onGrove: boolean;
  owner: string;
}

type Action = { order: string | undefined } | { action: typeof ACTIONS[number]; index: number };

/** A namespace with one graph, its children and their pods. */
class World {
  graph: DynamoGraphDeployment = graph().withFrontend().withWorker().build();
  objects: KubeObject[] = [];
  pods: SimulatedPod[] = [];

  run(action: Action): void {
    if ("order" in action) return this.order(action.order);
    const { index } = action;
    if (action.action === "reconcile") this.reconcile();
    if (action.action === "reconcile and end") this.reconcile({ recordsStatus: false });
    if (action.action === "end pod") this.endPod(index);
    if (action.action === "remove object") this.removeObject(index);
    if (action.action === "delete set") this.delete(this.objects.filter(isSet));
  }

  order(order: string | undefined): void {
    const { metadata } = this.graph;
    const annotations = order === undefined ? {} : { [ORDER]: order };
    this.graph = { ...this.graph, metadata: { ...metadata, annotations } };
  }

  /** Removes a pod whose owner is deleted or is being deleted. */
  endPod(index: number): void {
    const ending = this.pods.filter(({ owner }) => !this.runs(owner));
    const pod = ending[index % Math.max(1, ending.length)];
    this.pods = this.pods.filter((one) => one !== pod);
  }

  /**
   * Removes an object that is being deleted. A component exists until its pods have ended. A PodCliqueSet may be
   * removed before its pods.
   */
  removeObject(index: number): void {
    const due = this.objects.filter((object) =>
      object.metadata.deletionTimestamp && (isSet(object) || !this.hasPods(object))
    );
    const removed = due[index % Math.max(1, due.length)];
    this.objects = this.objects.filter((object) => object !== removed);
  }

  /** Runs one reconciliation. Returns the number of writes. */
  reconcile({ recordsStatus = true } = {}): number {
    const { plan } = this.planned();
    const created = plan.planned.filter(({ manifest }) => !this.find(manifest));
    for (const planned of created) {
      const stored = completed({ parent: this.graph, planned, live: undefined });
      const uid = crypto.randomUUID();
      const object = { ...stored, metadata: { ...stored.metadata, uid, generation: 1 } };
      this.objects.push(object);
      if (runsPods(object)) this.pods.push({ onGrove: isSet(object), owner: uid });
      assertEquals(new Set(this.pods.map(({ onGrove }) => onGrove)).size <= 1, true);
      if (isSet(object)) assertEquals(this.pods.length, 1, "pods of a former PodCliqueSet exist");
    }
    const deleted = plan.prune.filter(({ metadata }) => !metadata.deletionTimestamp);
    this.delete(deleted);
    if (recordsStatus) {
      const { plan, observed } = this.planned();
      const reconciliation = { object: this.graph, plan, observed, execution: executionOf() };
      this.graph = {
        ...this.graph,
        status: graphStatus({ ...reconciliation, paused: false }, NOW),
      };
    }
    return created.length + deleted.length;
  }

  private planned() {
    const sets = this.objects.filter(isSet);
    const base = graphObserved({
      live: this.objects,
      parentUid: this.graph.metadata.uid,
      served: SERVED,
      podCliqueSets: sets,
      grove: groveObserved({ podCliqueSet: sets[0] }),
    });
    const former = formerPodsOf(this.graph, chooseOrchestrator(this.graph, base), base);
    const remains = this.pods.filter(({ onGrove }) => onGrove === (former === "grove"))
      .map(({ owner }) => `Pod of ${owner}`);
    const observed = { ...base, ...(former && { remains }) };
    return { observed, plan: planGraph(this.graph, observed, platformConfig()) };
  }

  private delete(objects: readonly KubeObject[]): void {
    const uids = new Set(objects.map(({ metadata }) => metadata.uid));
    this.objects = this.objects.map((object) =>
      uids.has(object.metadata.uid)
        ? { ...object, metadata: { ...object.metadata, deletionTimestamp: NOW } }
        : object
    );
  }

  private find({ kind, metadata }: KubeObject): KubeObject | undefined {
    return this.objects.find((one) => one.kind === kind && one.metadata.name === metadata.name);
  }

  private hasPods({ metadata }: KubeObject): boolean {
    return this.pods.some(({ owner }) => owner === metadata.uid);
  }

  private runs(uid: string): boolean {
    return this.objects.some(({ metadata }) => metadata.uid === uid && !metadata.deletionTimestamp);
  }
}

function isSet(object: KubeObject): object is PodCliqueSet {
  return object.kind === podCliqueSets.kind;
}

function runsPods({ kind }: KubeObject): boolean {
  return [components.kind, podCliqueSets.kind].includes(kind);
}

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ order: fc.constantFrom(...ORDERS) }),
  fc.record({ action: fc.constantFrom(...ACTIONS), index: fc.nat(9) }),
);

const known = fc.constantFrom("grove", "deployment");

Deno.test("pods of two orchestrators never exist together, and each migration ends", () => {
  fc.assert(
    fc.property(
      fc.array(action, { maxLength: 40 }),
      known,
      known,
      (actions, first, last) => {
        const world = new World();
        world.order(first);
        world.reconcile();
        for (const one of actions) world.run(one);
        world.order(last);
        for (let round = 0; round < 30; round++) {
          world.reconcile();
          world.endPod(0);
          world.removeObject(0);
        }
        assertEquals(world.reconcile(), 0, "writes at the fixpoint");
        assertEquals(world.objects.some(isSet), last === "grove");
        assertEquals(world.pods.every(({ onGrove }) => onGrove === (last === "grove")), true);
        assertEquals(world.graph.status?.orchestrator, last);
        const types = world.graph.status?.conditions?.map(({ type }) => type);
        assertEquals(types?.includes("Migrating"), false);
      },
    ),
    { numRuns: 100 },
  );
});
