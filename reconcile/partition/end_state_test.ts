// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { PartitionAttempt } from "../../crds/kinds/partition_job.ts";
import type { Job } from "../../kube/builtin.ts";
import { EXIT } from "../../partition/report.ts";
import { attempt, partitionJob, storedJob } from "./testing/objects.ts";
import { refusal, verdict as verdictOn } from "./end_state.ts";

const verdict = (
  job: Job | undefined,
  attempts: readonly PartitionAttempt[],
  active = false,
) => verdictOn({ job, attempts, active });
const object = partitionJob();
const ended = (exitCode: number, outcome: string, message = "") =>
  attempt("a", 9, 9, 0, { exitCode, outcome, message });
const deleting = { deletionTimestamp: "2026-01-01T00:00:00Z" };

Deno.test("the work is over when the Job says so, with the reason of its pod", () => {
  assertEquals(verdict(storedJob(), [ended(1, "Interrupted")]), undefined);
  const complete = storedJob([{ type: "Complete" }]);
  assertEquals(verdict(complete, [ended(0, "Deleted")]), {
    phase: "Succeeded",
    reason: "Deleted",
  });
  const failed = storedJob([{ type: "Failed", reason: "PodFailurePolicy", message: "Exit 3" }]);
  assertEquals(verdict(failed, [ended(EXIT.fatal, "AccessDenied", "No right")]), {
    phase: "Failed",
    reason: "AccessDenied",
    message: "No right",
  });
});

Deno.test("without a word of its pods the Job's own reason counts", () => {
  const failed = storedJob([{
    type: "Failed",
    reason: "BackoffLimitExceeded",
    message: "7 times",
  }]);
  assertEquals(verdict(failed, [attempt("a", 9, 4, 0, { exitCode: 137 })]), {
    phase: "Failed",
    reason: "BackoffLimitExceeded",
    message: "7 times",
  });
});

Deno.test("a pod that did all of it counts, though its Job was suspended or its time was over meanwhile", () => {
  const suspended = storedJob([{ type: "Suspended" }]);
  const late = storedJob([{ type: "Failed", reason: "DeadlineExceeded" }]);
  for (const job of [suspended, late]) {
    assertEquals(verdict(job, [ended(0, "Deleted")])?.phase, "Succeeded");
    assertEquals(verdict(job, [ended(0, "Deleted")], true), undefined);
  }
});

Deno.test("exit code 0 without the report of a deletion is no success, whatever the Job says", () => {
  const silent = attempt("a", undefined, 0, 0, { exitCode: 0, reported: false, message: "Usage:" });
  const other = ended(0, "Interrupted");
  for (const job of [storedJob([{ type: "Complete" }]), storedJob(), undefined]) {
    for (const last of [silent, other]) {
      const { phase, reason, message = "" } = verdict(job, [last]) ?? {};
      assertEquals([phase, reason], ["Failed", "InternalError"]);
      assertStringIncludes(message, "--partition-job-image");
    }
    assertEquals(verdict(job, [silent, ended(0, "Counted")])?.reason, "Counted");
  }
});

Deno.test("a complete Job none of whose pods has said that it did the work is a failure, and it says why", () => {
  const complete = storedJob([{ type: "Complete" }]);
  const takenAway = attempt("a", 9, 4, 0, { reported: false });
  for (const attempts of [[], [ended(EXIT.retryable, "Interrupted")], [takenAway]]) {
    const { phase, reason, message = "" } = verdict(complete, attempts) ?? {};
    assertEquals([phase, reason], ["Failed", "InternalError"]);
    assertStringIncludes(message, "its pod was gone before its report was read");
    assertEquals(verdict(complete, attempts, true), undefined);
  }
  assertEquals(verdict(complete, [takenAway, ended(0, "Deleted")])?.phase, "Succeeded");
});

Deno.test("a pod that the deadline stopped was not merely interrupted", () => {
  const late = storedJob([{ type: "Failed", reason: "DeadlineExceeded" }]);
  assertEquals(verdict(late, [ended(1, "Interrupted")])?.reason, "DeadlineExceeded");
});

Deno.test("without its Job, or with one that somebody deleted, the last pod's end counts", () => {
  for (const job of [undefined, storedJob([], deleting)]) {
    assertEquals(verdict(job, [ended(0, "Deleted")])?.phase, "Succeeded");
    assertEquals(verdict(job, [ended(EXIT.fatal, "InvalidKey")])?.reason, "InvalidKey");
    assertEquals(verdict(job, [ended(EXIT.retryable, "Interrupted")]), undefined);
    assertEquals(verdict(job, []), undefined);
  }
});

Deno.test("the Job's word waits for that of a pod which is not known to have ended", () => {
  const { exitCode: _, reported: __, endedAt: ___, ...running } = ended(0, "Deleted");
  for (const [type, phase] of [["Complete", "Succeeded"], ["Failed", "Failed"]] as const) {
    const over = storedJob([{ type, reason: "PodFailurePolicy" }]);
    assertEquals(verdict(over, [running], true), undefined);
    assertEquals(
      verdict(over, [ended(type === "Failed" ? 3 : 0, "Deleted")])?.phase,
      phase,
    );
  }
});

Deno.test("tries that were used up because somebody deleted the Job are not the end", () => {
  const lastTransitionTime = "2026-01-01T00:00:00Z";
  const over = { type: "Failed", reason: "BackoffLimitExceeded", lastTransitionTime };
  const stopped = [ended(EXIT.retryable, "Interrupted")];
  assertEquals(verdict(storedJob([over], deleting), stopped), undefined);
  const before = { ...over, lastTransitionTime: "2025-12-31T23:59:59Z" };
  assertEquals(verdict(storedJob([before], deleting), stopped)?.phase, "Failed");
});

Deno.test("tables outside the list are refused, without a list none", () => {
  assertEquals(refusal(object, []), undefined);
  assertEquals(refusal(object, ["Ord*"]), undefined);
  assertEquals(refusal(object, ["Invoices"])?.reason, "TableNotAllowed");
});
