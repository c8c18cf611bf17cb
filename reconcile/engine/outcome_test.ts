// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { ApiError, ConnectionError, type StatusDetails } from "../../kube/errors.ts";
import { isRefused, type Ref } from "../apply/execution.ts";
import {
  combineOutcomes,
  DENIED_BACKOFF_MS,
  done,
  isTerminal,
  longestBackoffMs,
  outcomeOf,
  requeue,
  requeueAfter,
  WEBHOOK_BACKOFF_MS,
} from "./outcome.ts";

const ref: Ref = { apiVersion: "v1", kind: "Service", namespace: "ns", name: "a" };
const fine = { errors: [], blocked: [], conflicts: [] };
const request = { verb: "apply", method: "PATCH", path: "/x" };
const refused = {
  ref,
  error: new ApiError({
    status: 422,
    reason: "Invalid",
    message: "spec.ports: required",
    request,
    details: { causes: [{ field: "spec.ports" }] },
  }),
};
const foreign = { ref, reason: "NameConflict", message: "" } as const;
const waiting = { ref, reason: "WaitingForDeletion", message: "" } as const;

Deno.test("errors are thrown together, each with its object", () => {
  const errors = [{ ref, error: new Error("first") }, { ref, error: "second" }];
  const thrown = assertThrows(() => outcomeOf({ ...fine, errors }), AggregateError);
  assertEquals(thrown.message, 'Service "ns/a": first; Service "ns/a": second');
  assertEquals(thrown.errors.length, 2);
});

Deno.test("conflicts are retried, blocked objects are polled", () => {
  assertEquals(outcomeOf(fine), { outcome: "done" });
  assertEquals(outcomeOf({ ...fine, conflicts: [ref] }), { outcome: "requeue" });
  assertEquals(outcomeOf({ ...fine, blocked: [foreign] }), {
    outcome: "requeueAfter",
    afterMs: 30_000,
  });
  assertEquals(outcomeOf({ ...fine, blocked: [foreign, waiting] }), {
    outcome: "requeueAfter",
    afterMs: 5_000,
  });
});

Deno.test("a refused object is terminal, and blocked objects are polled rarely, because a poll sends it again", () => {
  const { outcome, ...alone } = outcomeOf({ ...fine, errors: [refused] });
  assertEquals([outcome, "afterMs" in alone], ["terminal", false]);
  const both = outcomeOf({ ...fine, errors: [refused], blocked: [foreign] });
  assertEquals([both.outcome, "afterMs" in both && both.afterMs], ["terminal", 300_000]);
  const all = combineOutcomes([both, requeueAfter(5_000)]);
  assertEquals([all.outcome, "afterMs" in all && all.afterMs], ["terminal", 300_000]);
});

Deno.test("a retryable error or a conflict wins over a terminal error", () => {
  const quota = { ref, error: new Error("exceeded quota") };
  assertThrows(() => outcomeOf({ ...fine, errors: [refused, quota] }), AggregateError);
  assertEquals(outcomeOf({ ...fine, errors: [refused], conflicts: [ref] }), requeue);
});

Deno.test("the denial of an admission webhook is a refusal that is retried, whatever its status", () => {
  const message = 'admission webhook "validate.example.com" denied the request: host in use';
  const details = { causes: [{ field: "spec.rules" }] };
  for (const status of [400, 403, 422]) {
    const error = new ApiError({ status, reason: "", message, request, details });
    assertEquals([isTerminal(error), isRefused({ ref, error })], [false, true], `${status}`);
  }
});

Deno.test("the earliest retry decides", () => {
  assertEquals(combineOutcomes([]), done);
  assertEquals(combineOutcomes([done, requeueAfter(2), requeueAfter(1)]), requeueAfter(1));
  assertEquals(combineOutcomes([requeueAfter(1), requeue]), requeue);
});

function answer(status: number, reason: string, details?: StatusDetails): ApiError {
  return new ApiError({ status, reason, message: reason, request, details });
}

const invalid = answer(422, "Invalid", { causes: [{ field: "spec.replicas" }] });
const badRequest = answer(400, "BadRequest");
const quota = answer(403, "Forbidden");

Deno.test("a refusal of the content is terminal", () => {
  for (const error of [invalid, badRequest, new Error("explained", { cause: invalid })]) {
    assertEquals(isTerminal(error), true);
  }
});

Deno.test("a refusal that may end without a watch event is retryable", () => {
  const policy = answer(422, "Invalid", { causes: [{ message: "denied by a policy" }] });
  for (const error of [quota, policy, answer(422, "Invalid"), answer(404, "NotFound")]) {
    assertEquals(isTerminal(error), false);
  }
});

Deno.test("a conflict, a server error and a lost connection are retryable", () => {
  const otherUid = answer(422, "Invalid", { causes: [{ field: "metadata.uid" }] });
  const lost = new ConnectionError({ request, message: "reset" });
  const errors = [otherUid, answer(409, "Conflict"), answer(500, "InternalError"), lost];
  for (const error of errors) assertEquals(isTerminal(error), false);
  assertEquals(isTerminal(new TypeError("args is not iterable")), false);
});

Deno.test("one retryable error makes an aggregate retryable", () => {
  assertEquals(isTerminal(new AggregateError([invalid, badRequest])), true);
  assertEquals(isTerminal(new AggregateError([invalid, quota])), false);
  assertEquals(isTerminal(new AggregateError([])), false);
});

Deno.test("a notice requeues the key when the fact may have ended", () => {
  const held = { ref, reason: "DriftFight", message: "", retryMs: 7_000 } as const;
  const notKept = { ref, reason: "NotKept", message: "" } as const;
  assertEquals(outcomeOf({ ...fine, notices: [notKept] }), done);
  assertEquals(outcomeOf({ ...fine, notices: [notKept, held] }), requeueAfter(7_000));
  assertEquals(outcomeOf({ ...fine, blocked: [held] }), requeueAfter(7_000));
});

Deno.test("denials of quotas, policies and webhooks are retried sooner than other errors, an absent webhook even sooner", () => {
  const errorOf = (status: number, message: string, causes: StatusDetails["causes"] = []) =>
    new ApiError({ status, reason: "", message, request, details: { causes } });
  const quota = errorOf(403, "exceeded quota: q");
  for (
    const denied of [
      quota,
      errorOf(422, "ValidatingAdmissionPolicy 'p' denied request", [{ message: "no" }]),
      errorOf(400, 'admission webhook "w" denied the request'),
      new AggregateError([refused.error, quota]),
    ]
  ) assertEquals(longestBackoffMs(denied), DENIED_BACKOFF_MS, denied.message);
  const away = errorOf(500, 'Internal error occurred: failed calling webhook "w": refused');
  for (const error of [away, new AggregateError([quota, away])]) {
    assertEquals(longestBackoffMs(error), WEBHOOK_BACKOFF_MS);
  }
  const lost = new ConnectionError({ request, message: "reset" });
  for (const other of [refused.error, errorOf(500, "x"), lost, new Error("x")]) {
    assertEquals(longestBackoffMs(other), undefined, other.message);
  }
});

Deno.test("an apply with a field that the schema lacks is terminal, although its status is 500", () => {
  const message = "failed to create typed patch object (team/a; v1, Kind=Service): " +
    ".spec.nonsense: field not declared in schema";
  const error = new ApiError({ status: 500, reason: "", message, request });
  assertEquals(isTerminal(new Error("Cannot apply", { cause: error })), true);
  assertEquals(isTerminal(answer(500, "InternalError")), false);
});
