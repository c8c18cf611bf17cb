// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { PartitionAttempt } from "../../crds/kinds/partition_job.ts";
import type { Job } from "../../kube/builtin.ts";
import { EXIT } from "../../partition/report.ts";
import { attempt, partitionJob, storedJob } from "./testing/objects.ts";
import { endState as endStateOf, refusal } from "./end_state.ts";

const endState = (
  job: Job | undefined,
  attempts: readonly PartitionAttempt[],
  active = false,
) => endStateOf(job, attempts, active);
const object = partitionJob();
const ended = (exitCode: number, outcome: string, message = "") =>
  attempt("a", 9, 9, 0, { exitCode, outcome, message });
const deleting = { deletionTimestamp: "2026-01-01T00:00:00Z" };

Deno.test("the condition of the Job ends the deletion, with the reason of its pod", () => {
  assertEquals(endState(storedJob(), [ended(1, "Interrupted")]), undefined);
  const complete = storedJob([{ type: "Complete" }]);
  assertEquals(endState(complete, [ended(0, "Deleted")]), {
    phase: "Succeeded",
    reason: "Deleted",
  });
  const failed = storedJob([{ type: "Failed", reason: "PodFailurePolicy", message: "Exit 3" }]);
  assertEquals(endState(failed, [ended(EXIT.fatal, "AccessDenied", "Access denied")]), {
    phase: "Failed",
    reason: "AccessDenied",
    message: "Access denied",
  });
});

Deno.test("without a report of its pods the reason of the Job counts", () => {
  const failed = storedJob([{
    type: "Failed",
    reason: "BackoffLimitExceeded",
    message: "7 times",
  }]);
  assertEquals(endState(failed, [attempt("a", 9, 4, 0, { exitCode: 137 })]), {
    phase: "Failed",
    reason: "BackoffLimitExceeded",
    message: "7 times",
  });
});

Deno.test("a pod that deleted everything counts, even if its Job was suspended or expired in the meantime", () => {
  const suspended = storedJob([{ type: "Suspended" }]);
  const late = storedJob([{ type: "Failed", reason: "DeadlineExceeded" }]);
  for (const job of [suspended, late]) {
    assertEquals(endState(job, [ended(0, "Deleted")])?.phase, "Succeeded");
    assertEquals(endState(job, [ended(0, "Deleted")], true), undefined);
  }
});

Deno.test("exit code 0 without a report is a failure, whatever the condition of the Job", () => {
  const silent = attempt("a", undefined, 0, 0, { exitCode: 0, reported: false, message: "Usage:" });
  const other = ended(0, "Interrupted");
  for (const job of [storedJob([{ type: "Complete" }]), storedJob(), undefined]) {
    for (const last of [silent, other]) {
      const { phase, reason, message = "" } = endState(job, [last]) ?? {};
      assertEquals([phase, reason], ["Failed", "InternalError"]);
      assertStringIncludes(message, "--partition-job-image");
    }
    assertEquals(endState(job, [silent, ended(0, "Counted")])?.reason, "Counted");
  }
});

Deno.test("a complete Job without the final report of its pod is a failure", () => {
  const complete = storedJob([{ type: "Complete" }]);
  const unreported = attempt("a", 9, 4, 0, { reported: false });
  for (const attempts of [[], [ended(EXIT.retryable, "Interrupted")], [unreported]]) {
    const { phase, reason, message = "" } = endState(complete, attempts) ?? {};
    assertEquals([phase, reason], ["Failed", "InternalError"]);
    assertStringIncludes(message, "its pod was deleted before the operator read the report");
    assertEquals(endState(complete, attempts, true), undefined);
  }
  assertEquals(endState(complete, [unreported, ended(0, "Deleted")])?.phase, "Succeeded");
});

Deno.test("the deadline of the Job wins over the interruption of its pod", () => {
  const late = storedJob([{ type: "Failed", reason: "DeadlineExceeded" }]);
  assertEquals(endState(late, [ended(1, "Interrupted")])?.reason, "DeadlineExceeded");
});

Deno.test("if the Job is absent or being deleted, the end of the last pod counts", () => {
  for (const job of [undefined, storedJob([], deleting)]) {
    assertEquals(endState(job, [ended(0, "Deleted")])?.phase, "Succeeded");
    assertEquals(endState(job, [ended(EXIT.fatal, "InvalidKey")])?.reason, "InvalidKey");
    assertEquals(endState(job, [ended(EXIT.retryable, "Interrupted")]), undefined);
    assertEquals(endState(job, []), undefined);
  }
});

Deno.test("a terminal error of the last pod is the end, even if an injected container keeps the Job running", () => {
  const job = storedJob();
  assertEquals(endState(job, [ended(EXIT.fatal, "AccessDenied")])?.reason, "AccessDenied");
  assertEquals(endState(job, [ended(EXIT.retryable, "Interrupted")]), undefined);
  const retried = [ended(EXIT.fatal, "AccessDenied"), ended(EXIT.retryable, "Interrupted")];
  assertEquals(endState(job, retried), undefined);
});

Deno.test("the condition of the Job counts only after the end of every pod", () => {
  const { exitCode: _, reported: __, endedAt: ___, ...running } = ended(0, "Deleted");
  for (const [type, phase] of [["Complete", "Succeeded"], ["Failed", "Failed"]] as const) {
    const over = storedJob([{ type, reason: "PodFailurePolicy" }]);
    assertEquals(endState(over, [running], true), undefined);
    assertEquals(
      endState(over, [ended(type === "Failed" ? 3 : 0, "Deleted")])?.phase,
      phase,
    );
  }
});

Deno.test("retries that the deletion of the Job used up are not the end", () => {
  const lastTransitionTime = "2026-01-01T00:00:00Z";
  const over = { type: "Failed", reason: "BackoffLimitExceeded", lastTransitionTime };
  const stopped = [ended(EXIT.retryable, "Interrupted")];
  assertEquals(endState(storedJob([over], deleting), stopped), undefined);
  const before = { ...over, lastTransitionTime: "2025-12-31T23:59:59Z" };
  assertEquals(endState(storedJob([before], deleting), stopped)?.phase, "Failed");
});

Deno.test("a table outside the allow-list is refused; without a list every table is allowed", () => {
  assertEquals(refusal(object, []), undefined);
  assertEquals(refusal(object, ["Ord*"]), undefined);
  assertEquals(refusal(object, ["Invoices"])?.reason, "TableNotAllowed");
});
