// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { PartitionAttempt } from "../../crds/partition_job.ts";
import type { Job } from "../../kube/builtin.ts";
import { EXIT } from "../../partition/report.ts";
import { attempt, partitionJob, storedJob } from "./testing/objects.ts";
import { refusal, verdict as verdictOn } from "./verdict.ts";

const verdict = (
  object: Parameters<typeof verdictOn>[0],
  job: Job | undefined,
  attempts: readonly PartitionAttempt[],
  active = false,
) => verdictOn(object, { job, attempts, active });
const object = partitionJob();
const ended = (exitCode: number, outcome: string, message = "") =>
  attempt("a", 9, 9, 0, { exitCode, outcome, message });
const deleting = { deletionTimestamp: "2026-01-01T00:00:00Z" };

Deno.test("the work is over when the Job says so, with the reason of its pod", () => {
  assertEquals(verdict(object, storedJob(), [ended(0, "Deleted")]), undefined);
  const complete = storedJob([{ type: "Complete" }]);
  assertEquals(verdict(object, complete, [ended(0, "Deleted")]), {
    phase: "Succeeded",
    reason: "Deleted",
  });
  const failed = storedJob([{ type: "Failed", reason: "PodFailurePolicy", message: "Exit 3" }]);
  assertEquals(verdict(object, failed, [ended(EXIT.fatal, "AccessDenied", "No right")]), {
    phase: "Failed",
    reason: "AccessDenied",
    message: "No right",
  });
});

Deno.test("without a word of its pods the Job's own reason counts", () => {
  assertEquals(verdict(object, storedJob([{ type: "Complete" }]), [])?.reason, "Deleted");
  const dry = partitionJob({ dryRun: true });
  assertEquals(verdict(dry, storedJob([{ type: "Complete" }]), [])?.reason, "Counted");
  const failed = storedJob([{
    type: "Failed",
    reason: "BackoffLimitExceeded",
    message: "7 times",
  }]);
  assertEquals(verdict(object, failed, [attempt("a", 9, 4, 0, { exitCode: 137 })]), {
    phase: "Failed",
    reason: "BackoffLimitExceeded",
    message: "7 times",
  });
});

Deno.test("a pod that the deadline stopped was not merely interrupted", () => {
  const late = storedJob([{ type: "Failed", reason: "DeadlineExceeded" }]);
  assertEquals(verdict(object, late, [ended(1, "Interrupted")])?.reason, "DeadlineExceeded");
});

Deno.test("without its Job, or with one that somebody deleted, the last pod's end counts", () => {
  for (const job of [undefined, storedJob([], deleting)]) {
    assertEquals(verdict(object, job, [ended(0, "Deleted")])?.phase, "Succeeded");
    assertEquals(verdict(object, job, [ended(EXIT.fatal, "InvalidKey")])?.reason, "InvalidKey");
    assertEquals(verdict(object, job, [ended(EXIT.retryable, "Interrupted")]), undefined);
    assertEquals(verdict(object, job, []), undefined);
  }
});

Deno.test("the Job's word waits for that of a pod which is not known to have ended", () => {
  const { exitCode: _, reported: __, endedAt: ___, ...running } = ended(0, "Deleted");
  for (const [type, phase] of [["Complete", "Succeeded"], ["Failed", "Failed"]] as const) {
    const over = storedJob([{ type, reason: "PodFailurePolicy" }]);
    assertEquals(verdict(object, over, [running], true), undefined);
    assertEquals(
      verdict(object, over, [ended(type === "Failed" ? 3 : 0, "Deleted")])?.phase,
      phase,
    );
  }
});

Deno.test("tries that were used up because somebody deleted the Job are not the end", () => {
  const lastTransitionTime = "2026-01-01T00:00:00Z";
  const over = { type: "Failed", reason: "BackoffLimitExceeded", lastTransitionTime };
  const stopped = [ended(EXIT.retryable, "Interrupted")];
  assertEquals(verdict(object, storedJob([over], deleting), stopped), undefined);
  const before = { ...over, lastTransitionTime: "2025-12-31T23:59:59Z" };
  assertEquals(verdict(object, storedJob([before], deleting), stopped)?.phase, "Failed");
});

Deno.test("tables outside the list are refused, without a list none", () => {
  assertEquals(refusal(object, []), undefined);
  assertEquals(refusal(object, ["Ord*"]), undefined);
  assertEquals(refusal(object, ["Invoices"])?.reason, "TableNotAllowed");
});
