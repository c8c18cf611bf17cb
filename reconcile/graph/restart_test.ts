// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { graph } from "../testing/graph_builder.ts";
import { restartEvents } from "./restart_events.ts";
import { RestartSimulation } from "./testing/restart_simulation.ts";

const builder = graph().withWorker("C").withWorker("A").withWorker("B");
const SERVICES = ["A", "B", "C"];

function started(...request: Parameters<RestartSimulation["request"]>): RestartSimulation {
  const simulation = new RestartSimulation(builder.build());
  simulation.request(...request);
  simulation.reconcile();
  return simulation;
}

/** Makes the services ready one after another, in this order, and reconciles the graph after each of them. */
function finish(simulation: RestartSimulation, services = SERVICES) {
  for (const service of services) {
    simulation.set(service, {});
    simulation.reconcile();
  }
}

function phaseOf({ status }: RestartSimulation) {
  return [status?.observedID, status?.phase, status?.inProgress ?? []];
}

Deno.test("a graph without a request for a restart has neither ids nor a status", () => {
  const simulation = started(undefined);
  assertEquals(simulation.rollouts, []);
  assertEquals(simulation.status, undefined);
});

Deno.test("a sequential restart waits for each service, in alphabetical order", () => {
  const simulation = started("1");
  assertEquals(simulation.rollouts, ["A 1"]);
  assertEquals(phaseOf(simulation), ["1", "Restarting", ["A"]]);
  simulation.reconcile();
  assertEquals(simulation.rollouts, ["A 1"]);
  simulation.set("A", {});
  simulation.reconcile();
  assertEquals(simulation.rollouts, ["A 1", "B 1"]);
  assertEquals(phaseOf(simulation), ["1", "Restarting", ["B"]]);
  finish(simulation, ["B", "C"]);
  assertEquals(simulation.rollouts, ["A 1", "B 1", "C 1"]);
  assertEquals(simulation.status, { observedID: "1", phase: "Completed" });
});

Deno.test("a sequential restart follows the order of the request", () => {
  const simulation = started("1", { order: ["C", "A", "B"] });
  finish(simulation, ["C", "A", "B"]);
  assertEquals(simulation.rollouts, ["C 1", "A 1", "B 1"]);
  assertEquals(simulation.status?.phase, "Completed");
});

Deno.test("a parallel restart replaces the pods of all services at once", () => {
  const simulation = started("1", { type: "Parallel" });
  assertEquals(simulation.rollouts, ["A 1", "B 1", "C 1"]);
  assertEquals(phaseOf(simulation), ["1", "Restarting", SERVICES]);
  finish(simulation, ["B"]);
  assertEquals(phaseOf(simulation), ["1", "Restarting", ["A", "C"]]);
  finish(simulation);
  assertEquals(simulation.status, { observedID: "1", phase: "Completed" });
});

Deno.test("the operator acts on an id once", () => {
  const simulation = started("1");
  finish(simulation);
  const { rollouts, status } = simulation;
  const before = [...rollouts];
  simulation.set("A", { isReady: false });
  simulation.request("1", { type: "Parallel" });
  assertEquals(simulation.reconcile(), status);
  assertEquals(simulation.rollouts, before);
  simulation.set("A", {});
  simulation.request("2", { type: "Parallel" });
  simulation.reconcile();
  assertEquals(simulation.rollouts, [...before, "A 2", "B 2", "C 2"]);
});

Deno.test("without the request, a completed restart stays in the status, and the services keep their ids", () => {
  const simulation = started("1");
  finish(simulation);
  simulation.request(undefined);
  assertEquals(simulation.reconcile(), { observedID: "1", phase: "Completed" });
  assertEquals(simulation.ids(), { A: "1", B: "1", C: "1" });
  assertEquals(simulation.rollouts.length, 3);
});

Deno.test("removing the request during a restart stops it, and the same id continues it", () => {
  const simulation = started("1");
  simulation.request(undefined);
  assertEquals(simulation.reconcile(), undefined);
  finish(simulation);
  assertEquals(simulation.rollouts, ["A 1"]);
  assertEquals(simulation.ids(), { A: "1", B: undefined, C: undefined });
  simulation.request("1");
  simulation.reconcile();
  assertEquals(simulation.rollouts, ["A 1", "B 1"]);
});

Deno.test("another id during a restart begins with the first service again", () => {
  const simulation = started("1");
  finish(simulation, ["A"]);
  simulation.request("2");
  simulation.reconcile();
  assertEquals(simulation.rollouts, ["A 1", "B 1", "A 2"]);
  assertEquals(phaseOf(simulation), ["2", "Restarting", ["A"]]);
  finish(simulation);
  assertEquals(simulation.rollouts, ["A 1", "B 1", "A 2", "B 2", "C 2"]);
  assertEquals(simulation.status?.phase, "Completed");
});

Deno.test("another strategy during a restart applies to the remaining services", () => {
  const simulation = started("1");
  simulation.request("1", { type: "Parallel" });
  simulation.reconcile();
  assertEquals(simulation.rollouts, ["A 1", "B 1", "C 1"]);
  assertEquals(phaseOf(simulation), ["1", "Restarting", SERVICES]);
});

Deno.test("a change of the spec ends a restart as superseded", () => {
  for (
    const changed of [
      builder.withWorker("C", { envs: [{ name: "LEVEL", value: "1" }] }),
      builder.withSpec({ envs: [{ name: "LEVEL", value: "1" }] }),
      builder.withWorker("D"),
    ]
  ) {
    const simulation = started("1");
    simulation.edit(changed.build());
    assertEquals(simulation.reconcile(), { observedID: "1", phase: "Superseded" });
    finish(simulation);
    assertEquals(simulation.rollouts, ["A 1"]);
    assertEquals(simulation.status?.phase, "Superseded");
    simulation.request("2");
    simulation.reconcile();
    assertEquals(simulation.rollouts, ["A 1", "A 2"]);
  }
});

Deno.test("other replicas do not end a restart, because autoscalers change them", () => {
  const simulation = started("1");
  simulation.edit(builder.withWorker("C", { replicas: 5 }).build());
  assertEquals(simulation.reconcile()?.phase, "Restarting");
});

Deno.test("a change of the spec does not end a restart that has not begun", () => {
  const simulation = new RestartSimulation(builder.build());
  simulation.request("1");
  simulation.reconcile({ paused: true });
  simulation.edit(builder.withSpec({ envs: [{ name: "LEVEL", value: "1" }] }).build());
  assertEquals(simulation.reconcile({ paused: true })?.phase, "Pending");
  assertEquals(simulation.reconcile()?.phase, "Restarting");
});

Deno.test("a service that is removed or added during a restart supersedes it, and gets the id as a new service", () => {
  const removed = started("1");
  removed.edit(graph().withWorker("B").withWorker("C").build());
  removed.reconcile();
  assertEquals(phaseOf(removed), ["1", "Superseded", []]);
  assertEquals(removed.ids(), { B: undefined, C: undefined });

  const added = started("1");
  added.edit(builder.withWorker("AA").build());
  added.reconcile();
  assertEquals(phaseOf(added), ["1", "Superseded", []]);
  assertEquals(added.ids(), { A: "1", AA: "1", B: undefined, C: undefined });
  assertEquals(added.rollouts, ["A 1"]);
});

Deno.test("a service that is added after a restart is created with its id, also without the request", () => {
  const simulation = started("1");
  finish(simulation);
  simulation.edit(builder.withWorker("D").build());
  simulation.reconcile();
  simulation.request(undefined);
  simulation.edit(builder.withWorker("D").withWorker("E").build());
  simulation.reconcile();
  assertEquals(simulation.ids(), { A: "1", B: "1", C: "1", D: "1", E: "1" });
  assertEquals(simulation.rollouts.length, 3);
});

Deno.test("a graph that is created with a request replaces no pod", () => {
  const simulation = new RestartSimulation(builder.build());
  for (const service of SERVICES) simulation.delete(service);
  simulation.request("1");
  simulation.reconcile();
  assertEquals(simulation.ids(), { A: "1", B: "1", C: "1" });
  assertEquals(phaseOf(simulation), ["1", "Restarting", SERVICES]);
  finish(simulation);
  assertEquals(simulation.rollouts, []);
  assertEquals(simulation.status?.phase, "Completed");
});

Deno.test("a component that is deleted during a restart is created again with the id", () => {
  const simulation = started("1");
  simulation.delete("A");
  simulation.reconcile({ paused: true });
  assertEquals(phaseOf(simulation), ["1", "Restarting", ["A"]]);
  simulation.reconcile();
  assertEquals(phaseOf(simulation), ["1", "Restarting", ["A"]]);
  assertEquals(simulation.ids()["A"], "1");
  finish(simulation);
  assertEquals(simulation.rollouts, ["A 1", "B 1", "C 1"]);
});

Deno.test("a paused graph is pending, and restarts after the pause", () => {
  const simulation = new RestartSimulation(builder.build());
  simulation.request("1");
  assertEquals(simulation.reconcile({ paused: true }), { observedID: "1", phase: "Pending" });
  assertEquals(simulation.rollouts, []);
  assertEquals(simulation.reconcile()?.phase, "Restarting");
});

Deno.test("a pause during a restart delays the next service", () => {
  const simulation = started("1");
  simulation.set("A", {});
  assertEquals(simulation.reconcile({ paused: true })?.phase, "Restarting");
  assertEquals(simulation.rollouts, ["A 1"]);
  simulation.reconcile();
  assertEquals(simulation.rollouts, ["A 1", "B 1"]);
});

Deno.test("a restart fails if a service cannot become ready, and another id starts a new one", () => {
  const simulation = started("1");
  simulation.set("A", { isReady: false, hasStalled: true });
  const failed = { observedID: "1", phase: "Failed", inProgress: ["A"] } as const;
  assertEquals(simulation.reconcile(), { ...failed, inProgress: ["A"] });
  finish(simulation);
  assertEquals(simulation.status?.phase, "Failed");
  assertEquals(simulation.rollouts, ["A 1"]);
  simulation.request("2");
  assertEquals(simulation.reconcile()?.phase, "Restarting");
  assertEquals(simulation.rollouts, ["A 1", "A 2"]);
});

Deno.test("a service that was stalled before does not make its restart fail", () => {
  const simulation = new RestartSimulation(builder.build());
  simulation.set("A", { isReady: false, hasStalled: true });
  simulation.set("B", { isReady: false, hasStalled: true });
  simulation.request("1");
  assertEquals(simulation.reconcile()?.phase, "Restarting");
  assertEquals(simulation.rollouts, ["A 1"]);
  finish(simulation);
  assertEquals(simulation.status?.phase, "Completed");
});

Deno.test("a restarted service that becomes unavailable again delays the next one, and does not restart again", () => {
  const simulation = started("1");
  finish(simulation, ["A"]);
  simulation.set("A", { isReady: false });
  simulation.set("B", {});
  simulation.reconcile();
  assertEquals(phaseOf(simulation), ["1", "Restarting", ["A"]]);
  finish(simulation, ["A", "C"]);
  assertEquals(simulation.rollouts, ["A 1", "B 1", "C 1"]);
});

Deno.test("after a restart by the Go operator, no pod is replaced", () => {
  const simulation = new RestartSimulation(builder.build());
  for (const service of SERVICES) simulation.set(service, { restartAt: "1" });
  simulation.request("1");
  const status = { observedID: "1", phase: "Completed" } as const;
  simulation.graph = { ...simulation.graph, status: { restart: status } };
  assertEquals(simulation.reconcile(), status);
  simulation.request(undefined);
  assertEquals(simulation.reconcile(), status);
  simulation.loseStatus();
  simulation.reconcile();
  assertEquals(simulation.rollouts, []);
  assertEquals(simulation.ids(), { A: "1", B: "1", C: "1" });
});

Deno.test("the operator continues a restart that the Go operator has begun", () => {
  const simulation = new RestartSimulation(builder.build());
  simulation.set("A", { restartAt: "1" });
  simulation.set("B", { restartAt: "1", isReady: false });
  simulation.request("1");
  const restart = { observedID: "1", phase: "Restarting", inProgress: ["B"] } as const;
  simulation.graph = {
    ...simulation.graph,
    status: { restart: { ...restart, inProgress: ["B"] } },
  };
  assertEquals(simulation.reconcile(), { ...restart, inProgress: ["B"] });
  finish(simulation);
  assertEquals(simulation.rollouts, ["C 1"]);
  assertEquals(simulation.status?.phase, "Completed");
});

Deno.test("events report the begin and the end of a restart once", () => {
  const reasons = (...phases: (Parameters<typeof restartEvents>[0])[]) =>
    phases.flatMap((after, index) =>
      restartEvents(phases[index - 1], after).map(({ type, reason }) => `${type} ${reason}`)
    );
  const restarting = { observedID: "1", phase: "Restarting", inProgress: ["A"] } as const;
  const next = { ...restarting, inProgress: ["B"] };
  assertEquals(
    reasons({ observedID: "1", phase: "Pending" }, { ...restarting, inProgress: ["A"] }, next, {
      observedID: "1",
      phase: "Completed",
    }),
    ["Normal RestartStarted", "Normal RestartCompleted"],
  );
  const failed = { observedID: "2", phase: "Failed" as const, inProgress: ["A", "B"] };
  const [event] = restartEvents(next, failed);
  assertEquals(event?.reason, "RestartFailed");
  assertEquals(event?.note.includes("ready: A, B. "), true);
  assertEquals(reasons(next, { observedID: "1", phase: "Superseded" }, undefined), [
    "Normal RestartStarted",
    "Warning RestartSuperseded",
  ]);
});
