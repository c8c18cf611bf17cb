// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { graph } from "../testing/graph_builder.ts";
import { RestartSimulation } from "./testing/restart_simulation.ts";

const SERVICES = ["A", "B", "C", "D"];
const service = fc.constantFrom(...SERVICES);
const steps = fc.array(
  fc.oneof(
    fc.record({ step: fc.constant("reconcile" as const) }),
    fc.record({ step: fc.constant("kill" as const) }),
    fc.record({ step: fc.constant("pause" as const) }),
    fc.record({ step: fc.constant("ready" as const), service }),
    fc.record({ step: fc.constant("unready" as const), service }),
    fc.record({ step: fc.constant("lose status" as const) }),
  ),
  { maxLength: 40, size: "+2" },
);
const strategy = fc.oneof(
  fc.record({ type: fc.constant("Parallel" as const) }),
  fc.record({
    type: fc.constant("Sequential" as const),
    order: fc.shuffledSubarray(SERVICES, { minLength: SERVICES.length }),
  }),
);

Deno.test("a restart replaces the pods of each service once, whatever happens during it", () => {
  fc.assert(fc.property(steps, strategy, (steps, strategy) => {
    const object = SERVICES.reduce((built, name) => built.withWorker(name), graph()).build();
    const simulation = new RestartSimulation(object);
    simulation.request("1", strategy);
    const order = "order" in strategy ? strategy.order : [];

    const reconcile = (options = {}) => {
      const before = simulation.rollouts.length;
      const ready = new Set(SERVICES.filter((name) => simulation.isReady(name)));
      simulation.reconcile(options);
      for (const rollout of simulation.rollouts.slice(before)) {
        const [name = ""] = rollout.split(" ");
        const earlier = order.slice(0, order.indexOf(name));
        const waiting = earlier.filter((one) => simulation.ids()[one] !== "1" || !ready.has(one));
        assertEquals(waiting, [], `${rollout} must wait`);
      }
      const { phase } = simulation.status ?? {};
      if (phase !== "Completed") return;
      assertEquals(Object.values(simulation.ids()), SERVICES.map(() => "1"));
    };

    for (const step of steps) {
      if (step.step === "reconcile") reconcile();
      if (step.step === "kill") reconcile({ killed: true });
      if (step.step === "pause") reconcile({ paused: true });
      if (step.step === "ready") simulation.set(step.service, {});
      if (step.step === "unready") simulation.set(step.service, { isReady: false });
      if (step.step === "lose status") simulation.loseStatus();
    }
    for (let count = 0; count <= SERVICES.length; count++) {
      reconcile();
      for (const name of SERVICES) simulation.set(name, {});
    }
    reconcile();
    assert(simulation.status?.phase === "Completed", JSON.stringify(simulation.status));
    assertEquals(simulation.rollouts.toSorted(), SERVICES.map((name) => `${name} 1`));
  }));
});
