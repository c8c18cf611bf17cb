// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { PartitionAttempt, PartitionJobStatus } from "../../crds/kinds/partition_job.ts";
import type { EventContent } from "../../kube/events.ts";
import { kstatus } from "../testing/kstatus.ts";
import type { PartitionObserved } from "./observed.ts";
import { partitionStatus, type PartitionView, statusEvents, stepEvents } from "./status.ts";
import { attempt, partitionJob, pod, storedJob } from "./testing/objects.ts";

const NOW = "2026-01-02T00:00:00Z";

type Change = Partial<Omit<PartitionView, "observed">> & {
  observed?: Partial<PartitionObserved>;
  attempts?: PartitionAttempt[];
};

function status({ observed, attempts = [], ...change }: Change = {}): PartitionJobStatus {
  return partitionStatus({
    object: partitionJob(),
    observed: { job: undefined, pods: [], attempts, ...observed },
    plan: { step: { do: "nothing" } },
    ...change,
  }, NOW);
}

function condition({ conditions = [] }: PartitionJobStatus, type: string) {
  const found = conditions.find((condition) => condition.type === type);
  return found && `${found.status} ${found.reason}`;
}

const running = {
  observed: { job: storedJob(), pods: [pod("a", { startedAt: "2026-01-01T00:00:00Z" })] },
  attempts: [attempt("a", 300, 120, 0, { phase: "Deleting", reported: false })],
};
const { endedAt: _, ...underWay } = running.attempts[0] ?? attempt("a", 0, 0);

Deno.test("before its first pod runs the object is pending, with the start error of the pod", () => {
  assertEquals(status().phase, "Pending");
  const startError = 'ImagePullBackOff: cannot pull "x"';
  const waiting = { job: storedJob(), pods: [pod("a", { state: "waiting", startError })] };
  const { phase, message, jobName } = status({ observed: waiting });
  assertEquals([phase, jobName], ["Pending", "orders-job"]);
  assertStringIncludes(message ?? "", startError);
});

Deno.test("the status contains the warning about a pod whose own status lacks the reason", () => {
  const podWarning = { message: 'FailedMount: configmap "ca" not found', pollMs: 5_000 };
  const observed = { job: storedJob(), pods: [pod("a", { state: "waiting" })], podWarning };
  const now = status({ observed });
  assertStringIncludes(now.message ?? "", podWarning.message);
  assertEquals(condition(now, "Progressing")?.split(" ")[1], "PodNotStarting");
});

Deno.test("the status contains the reason why the API server refuses the first or a later pod", () => {
  assertEquals(status().message, "Waiting for the first pod");
  for (const attempts of [[], [attempt("a", 300, 120)]]) {
    const observed = { job: storedJob(), pods: [], podRefusal: "exceeded quota: small" };
    const now = status({ observed, attempts });
    assertStringIncludes(now.message ?? "", "exceeded quota: small");
    assertEquals(condition(now, "Progressing")?.split(" ")[1], "PodRefused");
  }
});

Deno.test("while the pod of an object runs, the status shows the progress", () => {
  const now = status({ ...running, attempts: [underWay] });
  assertEquals([now.phase, now.itemsFound, now.itemsDeleted], ["Running", 300, 120]);
  assertEquals([now.startTime, now.completionTime], ["2026-01-01T00:00:00Z", undefined]);
  assertEquals(now.message, "120 of 300 items deleted");
  assertEquals(["Complete", "Failed", "Progressing"].map((type) => condition(now, type)), [
    "False Deleting",
    "False Deleting",
    "True Deleting",
  ]);
});

Deno.test("kstatus sees an object as current after its success, and as failed if a user must act", () => {
  const object = partitionJob();
  const step = { do: "nothing" } as const;
  const seen = (change: Change) => kstatus({ ...object, status: status(change) });
  const end = (phase: "Succeeded" | "Failed", reason: string) =>
    seen({ plan: { step, endState: { phase, reason } } });
  assertEquals(seen({}), "InProgress");
  assertEquals(seen({ ...running, attempts: [underWay] }), "InProgress");
  assertEquals(end("Succeeded", "Deleted"), "Current");
  assertEquals(end("Failed", "AccessDenied"), "Failed");
  assertEquals(seen({ failure: "exceeded quota" }), "Failed");
});

Deno.test("between two pods the object stays running, with the reason of the last end", () => {
  const ended = attempt("a", 300, 120, 0, { outcome: "Unavailable", message: "No answer" });
  const now = status({ attempts: [ended], observed: { job: storedJob(), pods: [] } });
  assertEquals([now.phase, condition(now, "Progressing")], ["Running", "True Retrying"]);
  assertEquals(now.message, "The last pod ended early: No answer; 120 of 300 items deleted");
});

Deno.test("the object is suspended only after its pod has stopped", () => {
  const object = partitionJob({ suspend: true });
  const stopping = status({ ...running, object, attempts: [underWay] });
  assertEquals([stopping.phase, condition(stopping, "Progressing")], [
    "Running",
    "True Suspending",
  ]);
  const stopped = status({ ...running, object, observed: { job: storedJob(), pods: [] } });
  assertEquals([stopped.phase, condition(stopped, "Complete")], ["Suspended", "False Suspended"]);
});

Deno.test("a success shows the deleted items, a dry run the counted items", () => {
  const attempts = [attempt("a", 300, 300, 0, { endedAt: "2026-01-01T00:05:00Z" })];
  const step = { do: "nothing" } as const;
  const done = status({
    attempts,
    plan: { step, endState: { phase: "Succeeded", reason: "Deleted" } },
  });
  assertEquals([done.phase, condition(done, "Complete")], ["Succeeded", "True Deleted"]);
  assertEquals(done.message, 'Deleted 300 items from table "Orders"');
  assertEquals(done.completionTime, "2026-01-01T00:05:00Z");
  const counted = status({
    attempts: [attempt("a", 1, 0)],
    plan: { step, endState: { phase: "Succeeded", reason: "Counted" } },
  });
  assertEquals(counted.message, 'The partition in table "Orders" has 1 item; none was deleted');
});

Deno.test("a failure shows its reason and the deleted items", () => {
  const endState = { phase: "Failed", reason: "Throttled", message: "Too fast" } as const;
  const failed = status({
    attempts: [attempt("a", 300, 120)],
    plan: { step: { do: "nothing" }, endState },
  });
  assertEquals([failed.phase, condition(failed, "Failed")], ["Failed", "True Throttled"]);
  assertEquals(failed.message, "Too fast; 120 items had been deleted");
});

Deno.test("after the end only observedGeneration changes", () => {
  const before = status({
    attempts: [attempt("a", 3, 3)],
    plan: { step: { do: "nothing" }, endState: { phase: "Succeeded", reason: "Deleted" } },
  });
  const object = partitionJob({ suspend: true }, before);
  object.metadata.generation = 2;
  assertEquals(status({ object, ...running }), { ...before, observedGeneration: 2 });
});

Deno.test("a wait and a refusal are shown with their reasons", () => {
  const step = { do: "wait", reason: "NameConflict", message: 'Job "orders-job" exists' } as const;
  const blocked = status({ plan: { step } });
  assertEquals(condition(blocked, "NameConflict"), "True NameConflict");
  assertEquals(condition(blocked, "Progressing"), "False NameConflict");
  const refused = status({ failure: "exceeded quota" });
  assertEquals([refused.message, condition(refused, "Progressing")], [
    "exceeded quota",
    "False JobRefused",
  ]);
});

Deno.test("the table is shown for both shapes of the spec", () => {
  const object = partitionJob();
  object.spec = { ddbCtlDpJob: { tableName: "Nested", partitionValue: "x" } };
  assertEquals(status({ object }).tableName, "Nested");
});

Deno.test("a deletion that has begun stays running while it waits", () => {
  const step = { do: "wait", reason: "WaitingForDeletion", message: "Still going" } as const;
  const attempts = [attempt("a", 9, 4)];
  const again = status({ attempts, plan: { step } });
  assertEquals([again.phase, condition(again, "Progressing")], [
    "Running",
    "True WaitingForDeletion",
  ]);
  assertEquals(status({ plan: { step } }).phase, "Pending");
});

const stored = (change: Partial<PartitionJobStatus> = {}): PartitionJobStatus => ({
  observedGeneration: 1,
  phase: "Running",
  tableName: "Orders",
  message: "what happened",
  ...change,
});
const failed = stored({
  phase: "Failed",
  conditions: [{
    type: "Failed",
    status: "True",
    reason: "AccessDenied",
    message: "",
    lastTransitionTime: "",
  }],
});
const say = (events: EventContent[]) =>
  events.map(({ type, reason, note }) => `${type} ${reason}: ${note}`);

Deno.test("each applied step has its event", () => {
  const eventsOf = (step: Parameters<typeof stepEvents>[1]) => say(stepEvents("orders", step));
  assertEquals(eventsOf({ do: "create" }), ['Normal JobCreated: Created Job "orders-job"']);
  assertEquals(eventsOf({ do: "suspend", suspend: true }), [
    "Normal Suspended: Stops after the current batch",
  ]);
  assertEquals(eventsOf({ do: "suspend", suspend: false }), [
    "Normal Resumed: Continues with the remaining items",
  ]);
  assertEquals([eventsOf({ do: "nothing" }), eventsOf({ do: "restoreSecret" })], [[], []]);
});

Deno.test("the end has one event, a failure with its reason", () => {
  const done = stored({ phase: "Succeeded" });
  assertEquals(say(statusEvents(stored(), done)), ["Normal Completed: what happened"]);
  assertEquals(say(statusEvents(done, done)), []);
  assertEquals(say(statusEvents(stored(), failed)), [
    "Warning Failed: AccessDenied: what happened",
  ]);
});
