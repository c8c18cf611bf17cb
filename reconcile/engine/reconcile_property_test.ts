// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { KubeObject } from "../../kube/object.ts";
import { createExecutor } from "../apply/execute.ts";
import { storedKinds } from "../apply/stored_kinds.ts";
import { planned, type TestObject } from "../apply/testing/objects.ts";
import { CHILDREN_SETTLE_MS } from "./child_kind.ts";
import { createController } from "./controller.ts";
import type { ControllerMetrics } from "./controller_metrics.ts";
import { reconcileObject } from "./reconcile.ts";
import type { ChildPlan, ReconciledKind } from "./reconciled_kind.ts";
import { createStatusHold } from "./status_hold.ts";
import { widget } from "./testing/executor.ts";
import { createFakeClock, settle } from "./testing/fake_clock.ts";
import { createMemoryLog } from "./testing/memory_log.ts";
import { createSlowCluster } from "./testing/slow_cluster.ts";
import { type Thing, thing, things } from "./testing/thing.ts";
import { controllerKey, enqueueChanges } from "./watch.ts";

const NAMES = ["a", "b", "c", "d"];
const DELAY_MS = 2_000;
const STEP_MS = 5_000;
/**
 * Time in milliseconds that exceeds the longest delay before a repair. The operator delays the repair of an object that
 * another client changes repeatedly.
 */
const LONGEST_WAIT_MS = 150_000;
const name = fc.constantFrom(...NAMES);
const size = fc.nat(2);

type Step =
  | { step: "request"; nth: number }
  | { step: "deliver"; count: number }
  | { step: "advance"; byMs: number }
  | { step: "resize"; size: number }
  | { step: "drift"; name: string; size: number }
  | { step: "delete"; name: string }
  | { step: "progress"; name: string; phase: string }
  | { step: "status"; state: string };

const oneStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ step: fc.constant("request" as const), nth: fc.nat(3) }) },
  {
    weight: 5,
    arbitrary: fc.record({ step: fc.constant("deliver" as const), count: fc.nat(3) }),
  },
  { weight: 2, arbitrary: fc.record({ step: fc.constant("advance" as const), byMs: fc.nat(300) }) },
  fc.record({ step: fc.constant("resize" as const), size }),
  fc.record({ step: fc.constant("drift" as const), name, size }),
  fc.record({ step: fc.constant("delete" as const), name }),
  fc.record({
    step: fc.constant("progress" as const),
    name,
    phase: fc.constantFrom("Pending", "Ready"),
  }),
  fc.record({ step: fc.constant("status" as const), state: fc.constantFrom("foreign", "ready") }),
);

interface SizedThing extends Thing {
  spec?: { size: number };
}

/**
 * Returns the names of the planned children. Child "a" is always planned, "b" while "a" exists, "c" while "a" is ready,
 * and "d" while the stored status is "ready".
 */
function namesOf(live: readonly TestObject[], status: Thing["status"]): string[] {
  const found = live.find(({ metadata }) => metadata.name === "a");
  return [
    "a",
    ...(found ? ["b"] : []),
    ...(phaseOf(found) === "Ready" ? ["c"] : []),
    ...(status?.state === "ready" ? ["d"] : []),
  ];
}

function statusOf(live: readonly TestObject[]): { state: string } {
  const phases = live.toSorted((x, y) => x.metadata.name < y.metadata.name ? -1 : 1)
    .map((child) => `${child.metadata.name} ${phaseOf(child)}`);
  const isReady = ["a", "b", "c"].every((name) => phases.includes(`${name} Ready`));
  return { state: isReady ? "ready" : phases.join() };
}

function phaseOf(child: TestObject | undefined): unknown {
  return (child?.status as { phase?: string } | undefined)?.phase;
}

function createWorld() {
  const cluster = createSlowCluster();
  const clock = createFakeClock();
  const parents = cluster.kind(things);
  const children = cluster.kind(planned(widget({})).resource);
  const owned = (uid = "") => children.store.byIndex("owner-uid", uid);
  let reconciliations = 0;

  const kind: ReconciledKind<SizedThing, readonly TestObject[], ChildPlan> = {
    resource: things,
    async gather({ metadata: { uid } }) {
      const live = owned(uid);
      // Sends a request, so that events can arrive while `gather` waits for the response.
      await cluster.client.list(things);
      return live;
    },
    plan({ spec, status }, live) {
      const names = namesOf(live, status);
      return {
        planned: names.map((name) => {
          const { apiVersion, kind, spec: fields } = widget({ size: spec?.size ?? 0 });
          const manifest = { apiVersion, kind, metadata: { name, namespace: "n" }, spec: fields };
          return planned(manifest as KubeObject);
        }),
        prune: live.filter(({ metadata }) => !names.includes(metadata.name)),
      };
    },
    emptyPlan: {},
    status: ({ observed }) => statusOf(observed),
    statusDelayMs: (_, status) => status?.state.includes("a undefined") ? DELAY_MS : 0,
    actsOnStatus: ({ object }, status) =>
      (object.status?.state === "ready") !== (status?.state === "ready"),
    unreadableStatus: ({ status }) => status,
    isPaused: () => false,
    upgradeCrd: "",
  };
  const executor = createExecutor({
    client: cluster.client,
    stores: storedKinds([children]),
    clock,
    log: createMemoryLog(),
  });
  const context = {
    client: cluster.client,
    store: parents.store as never,
    executor,
    clock,
    recorder: { event() {} },
    hold: createStatusHold(clock),
  };
  const metrics: Omit<ControllerMetrics, "dropNamespace"> = {
    queue: {},
    watch() {},
    started: () => void reconciliations++,
    finished() {},
  };
  const controller = createController({
    name: "test",
    workers: 1,
    reconcile: (key, signal, recorded) => reconcileObject(kind, context, key, signal, recorded),
  }, { clock, random: () => 0.5, metrics, log: createMemoryLog() });
  const isRunning = () => true;
  const own = { informer: parents.informer, keys: () => ["n/a"], primary: true };
  enqueueChanges(controller.queue, own, { isRunning });
  enqueueChanges(controller.queue, {
    informer: children.informer,
    keys: controllerKey({ group: "example.com", kind: "Thing" }),
    settleMs: CHILDREN_SETTLE_MS,
  }, { isRunning });
  const stop = new AbortController();
  const running = controller.run(stop.signal);
  const change = (name: string, changed: (live: TestObject) => Partial<TestObject>) => {
    const live = children.current().find(({ metadata }) => metadata.name === name);
    if (live) children.put({ ...live, ...changed(live) });
  };
  const { metadata: { uid: _, resourceVersion: __, ...metadata }, ...rest } = thing();
  parents.put({ ...rest, metadata, spec: { size: 0 } });

  async function run(step: Step) {
    const [parent] = parents.current();
    assert(parent);
    if (step.step === "request") cluster.advanceRequest(step.nth);
    if (step.step === "deliver") deliver(step.count);
    if (step.step === "advance") await clock.advance(step.byMs);
    if (step.step === "resize") parents.put({ ...parent, spec: { size: step.size } });
    if (step.step === "status") parents.put({ ...parent, status: { state: step.state } });
    if (step.step === "drift") change(step.name, () => ({ spec: { size: step.size } }));
    if (step.step === "delete") children.remove(step.name);
    if (step.step === "progress") change(step.name, () => ({ status: { phase: step.phase } }));
    await settle();
  }

  function deliver(count: number) {
    for (let delivered = 0; delivered < count; delivered++) {
      parents.deliver();
      children.deliver();
    }
  }

  /** Delivers all events and responses, and advances the clock by at least `timeMs`. */
  async function drain(timeMs: number) {
    for (let waitedMs = 0; waitedMs <= timeMs; waitedMs += STEP_MS) {
      let isOpen = true;
      while (isOpen) {
        const delivered = [parents, children].map((kind) => kind.deliver());
        isOpen = [...delivered, cluster.advanceRequest(0)].includes(true);
        await settle();
      }
      await clock.advance(STEP_MS);
      await settle();
    }
  }

  /** Returns the actual state of the cluster as `is`, and the state that the operator must reach as `be`. */
  function difference() {
    const [parent] = parents.current() as (TestObject & SizedThing)[];
    const live = children.current();
    const names = namesOf(live, parent?.status);
    const sizes = Object.fromEntries(names.map((name) => [name, parent?.spec?.size]));
    const found = live.map((
      { metadata, spec },
    ) => [metadata.name, (spec as { size: number }).size]);
    return { is: [Object.fromEntries(found), parent?.status], be: [sizes, statusOf(live)] };
  }

  return {
    run,
    drain,
    difference,
    cluster,
    reconciliations: () => reconciliations,
    async end() {
      stop.abort();
      const stopped = controller.queue.stop();
      await drain(0);
      await Promise.all([stopped, running]);
    },
  };
}

Deno.test("the last state of the cluster is always reconciled, whatever the order of writes and events", async () => {
  const steps = fc.array(oneStep, { maxLength: 40, size: "+2" });
  const rounds = fc.array(steps, { minLength: 1, maxLength: 6, size: "+2" });
  const property = fc.asyncProperty(rounds, async (rounds) => {
    const world = createWorld();
    for (const steps of rounds) {
      for (const step of steps) await world.run(step);
      await world.drain(LONGEST_WAIT_MS);
      const { is, be } = world.difference();
      assertEquals(is, be);
    }
    await world.end();
  });
  await fc.assert(property, { numRuns: 500 });
});
