// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertRejects } from "@std/assert";
import { delay } from "../kube/clock.ts";
import { createConcurrencyLimit } from "./concurrency_limit.ts";
import { DeletionFailure } from "./deletion_failure.ts";
import { createRetry, fullJitterMs, type Request } from "./retry.ts";
import { createRetryDeadline } from "./retry_deadline.ts";
import { createAutoAdvanceClock } from "./testing/auto_advance_clock.ts";
import { serviceError } from "./testing/service_error.ts";

const never = new AbortController().signal;

function setUp() {
  const clock = createAutoAdvanceClock();
  const counts = { refreshed: 0, throttled: 0 };
  const concurrency = createConcurrencyLimit(8);
  const retry = createRetry({
    clock,
    random: () => 0.5,
    concurrency,
    retryDeadline: createRetryDeadline(clock),
    refreshCredentials: () => Promise.resolve(void counts.refreshed++),
    onThrottle: () => void counts.throttled++,
  });
  return { clock, counts, concurrency, retry };
}

/** Returns a request that fails with these errors one after the other, then returns "done". */
function failing(...errors: Error[]): Request<string> {
  return () => {
    const error = errors.shift();
    return error ? Promise.reject(error) : Promise.resolve("done");
  };
}

async function failureOf(promise: Promise<unknown>): Promise<DeletionFailure> {
  return await assertRejects(() => promise, DeletionFailure);
}

Deno.test("throttled requests are retried with growing delays and a lower concurrency", async () => {
  const { clock, counts, concurrency, retry } = setUp();
  const throttle = () => serviceError("ProvisionedThroughputExceededException");
  const errors = Array.from({ length: 9 }, throttle);
  assertEquals(await retry.run(failing(...errors), never), "done");
  assertEquals(counts.throttled, 9);
  assert(concurrency.limit < 3, String(concurrency.limit));
  // Sum of nine delays. Each delay is half of its maximum; the maxima are 100, 200, …, 12,800 and 20,000 ms.
  assertEquals(clock.now(), 22_750);
});

Deno.test("a response that reports throttling is returned, and lowers the concurrency", async () => {
  const { counts, concurrency, retry } = setUp();
  assertEquals(await retry.run(failing(), never, () => "some"), "done");
  assertEquals([concurrency.limit, counts.throttled], [4, 0]);
  await retry.run(failing(), never, () => "all");
  assert(concurrency.limit > 4);
});

Deno.test("responses without any effect do not extend the retry deadline", async () => {
  const { clock, retry } = setUp();
  await retry.run(failing(), never);
  const failure = await failureOf((async () => {
    while (true) {
      await retry.run(failing(), never, () => "none");
      await delay(clock, 20_000);
    }
  })());
  assertEquals([failure.outcome, failure.retryable], ["Throttled", true]);
  assert(clock.now() >= 600_000 && clock.now() < 700_000, String(clock.now()));
});

Deno.test("faults of the service and of the network are retried", async () => {
  const { counts, concurrency, retry } = setUp();
  const request = failing(
    serviceError("InternalServerError", 500),
    new TypeError("connection reset"),
    serviceError("UnknownError", 503),
    new SyntaxError("cut off"),
  );
  assertEquals(await retry.run(request, never), "done");
  assertEquals(counts.throttled, 0);
  assert(concurrency.limit > 4);
});

Deno.test("an attempt without a response is aborted and retried", async () => {
  const { clock, retry } = setUp();
  let attempts = 0;
  const answer = await retry.run((signal) => {
    attempts++;
    if (attempts > 1) return Promise.resolve("done");
    return new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(new DOMException("x", "AbortError")));
    });
  }, never);
  assertEquals([answer, attempts], ["done", 2]);
  assert(clock.now() >= 15_000);
});

Deno.test("expired credentials are refreshed once; if they are still expired, the failure is retryable", async () => {
  const { counts, retry } = setUp();
  const expired = () => serviceError("ExpiredTokenException");
  assertEquals(await retry.run(failing(expired()), never), "done");
  assertEquals(await retry.run(failing(expired()), never), "done");
  assertEquals(counts.refreshed, 2);
  const failure = await failureOf(retry.run(failing(expired(), expired()), never));
  assertEquals([failure.outcome, failure.retryable], ["CredentialsMissing", true]);
});

Deno.test("credentials that expire again later are refreshed again", async () => {
  const { counts, retry } = setUp();
  const expired = () => serviceError("ExpiredTokenException");
  const request = failing(expired(), new TypeError("connection reset"), expired());
  assertEquals(await retry.run(request, never), "done");
  assertEquals(counts.refreshed, 2);
});

Deno.test("errors that alternate between expired tokens and refused signatures are not retried forever", async () => {
  const { retry } = setUp();
  const names = ["ExpiredTokenException", "InvalidSignatureException"];
  const errors = [...names, ...names].map((name) => serviceError(name));
  const failure = await failureOf(retry.run(failing(...errors), never));
  assertEquals(failure.outcome, "CredentialsMissing");
});

Deno.test("a request that used the old credentials does not refresh the new credentials", async () => {
  const { counts, retry } = setUp();
  let tries = 0;
  const late = async () => {
    if (tries++ > 0) return "done";
    await retry.run(failing(serviceError("ExpiredTokenException")), never);
    throw serviceError("ExpiredTokenException");
  };
  assertEquals(await retry.run(late, never), "done");
  assertEquals(counts.refreshed, 1);
});

Deno.test("a refused signature is retried once with the corrected clock; the next error mentions the secret access key, and not DynamoDB's message", async () => {
  const { retry } = setUp();
  const refused = () => serviceError("InvalidSignatureException", 400, "quoted headers");
  assertEquals(await retry.run(failing(refused()), never), "done");
  const failure = await failureOf(retry.run(failing(refused(), refused()), never));
  assertEquals([failure.outcome, failure.retryable], ["AccessDenied", false]);
  assert(!failure.message.includes("quoted"), failure.message);
});

Deno.test("a terminal error is not retried", async () => {
  const { retry } = setUp();
  const failure = await failureOf(
    retry.run(failing(serviceError("AccessDeniedException", 400, "not you")), never),
  );
  assertEquals([failure.outcome, failure.retryable], ["AccessDenied", false]);
  assert(failure.message.includes("not you"));
});

Deno.test("the retry deadline is one minute before the first response of the endpoint, and ten minutes after it", async () => {
  const { clock, retry } = setUp();
  const down = () => Promise.reject(new TypeError("connection refused"));
  const first = await failureOf(retry.run(down, never));
  assertEquals([first.outcome, first.retryable], ["Unavailable", true]);
  assert(clock.now() >= 60_000 && clock.now() < 100_000, String(clock.now()));

  await retry.run(failing(), never);
  const fromMs = clock.now();
  const throttled = () => Promise.reject(serviceError("ThrottlingException"));
  const second = await failureOf(retry.run(throttled, never));
  assertEquals([second.outcome, second.retryable], ["Throttled", true]);
  assert(clock.now() - fromMs >= 600_000);
});

Deno.test("a failure after a long time without requests starts a new retry deadline", async () => {
  const { clock, retry } = setUp();
  await retry.run(failing(), never);
  await delay(clock, 3_600_000);
  assertEquals(await retry.run(failing(new TypeError("connection reset")), never), "done");
});

Deno.test("after a stop, the attempt in flight finishes and no other attempt starts", async () => {
  const { retry } = setUp();
  const stop = new AbortController();
  const answer = Promise.withResolvers<string>();
  const sent = Promise.withResolvers<void>();
  const running = retry.run(() => {
    sent.resolve();
    return answer.promise;
  }, stop.signal);
  await sent.promise;
  stop.abort(new DeletionFailure("Interrupted", "stopped"));
  answer.resolve("done");
  assertEquals(await running, "done");

  const again = new AbortController();
  const failed = retry.run(() => {
    again.abort(new DeletionFailure("Interrupted", "stopped"));
    return Promise.reject(new TypeError("reset"));
  }, again.signal);
  assertEquals((await failureOf(failed)).outcome, "Interrupted");
});

Deno.test("the maximum delay starts at 100 ms, doubles, and never exceeds 20 s", () => {
  const longest = [1, 2, 3, 8, 9, 50, 5000].map((failures) => fullJitterMs(failures, 1));
  assertEquals(longest, [100, 200, 400, 12_800, 20_000, 20_000, 20_000]);
  assertEquals(fullJitterMs(5, 0), 0);
});
