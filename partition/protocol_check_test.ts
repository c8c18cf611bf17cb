// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DeletionFailure } from "./deletion_failure.ts";
import { createProtocolCheck } from "./protocol_check.ts";
import { serviceError } from "./testing/service_error.ts";

const PLACE = "region us-east-1 at http://alternator:8000";
const valid = () => Promise.resolve({ Count: 0 });
const incomplete = () => Promise.resolve({});
const part = ({ Count }: { Count?: number }) => Count;

function setUp() {
  const check = createProtocolCheck(PLACE);
  return {
    query: (send: () => Promise<{ Count?: number }>) => check("Query", send, part),
    batch: (send: () => Promise<{ Count?: number }>) => check("BatchWriteItem", send, part),
  };
}

Deno.test("the third invalid response to an operation without a valid one is fatal, and names the endpoint", async () => {
  const { query, batch } = setUp();
  await query(valid);
  for (let response = 1; response <= 2; response++) {
    assertEquals((await assertRejects(() => batch(incomplete), Error)).name, "IncompleteResponse");
  }
  const failure = await assertRejects(() => batch(incomplete), DeletionFailure);
  assertEquals([failure.outcome, failure.retryable], ["InvalidEndpoint", false]);
  assertStringIncludes(failure.message, PLACE);
  assertStringIncludes(failure.message, "BatchWriteItem");
});

Deno.test("invalid responses to concurrent requests count once, so that one incident is not fatal", async () => {
  const { batch } = setUp();
  for (let wave = 1; wave <= 2; wave++) {
    const errors = await Promise.all(
      Array.from({ length: 8 }, () => assertRejects(() => batch(incomplete), Error)),
    );
    assertEquals(errors.some((error) => error instanceof DeletionFailure), false);
  }
  assertEquals(await batch(valid), { Count: 0 });
});

Deno.test("invalid responses after a valid one are never fatal", async () => {
  const { query } = setUp();
  await query(valid);
  for (let response = 1; response <= 5; response++) {
    assertEquals((await assertRejects(() => query(incomplete), Error)).name, "IncompleteResponse");
  }
});

Deno.test("an HTML page of another server is fatal, with status 200 and with an error status", async () => {
  const page = (status: number) => () => Promise.reject(serviceError("SyntaxError", status));
  const { query } = setUp();
  for (let response = 1; response <= 2; response++) await assertRejects(() => query(page(200)));
  for (const status of [200, 404, 307]) {
    const failure = await assertRejects(() => query(page(status)), DeletionFailure);
    assertEquals(failure.outcome, "InvalidEndpoint");
    assertStringIncludes(failure.message, PLACE);
  }
});

Deno.test("a gateway that cannot reach DynamoDB is not fatal", async () => {
  const { query } = setUp();
  for (let response = 1; response <= 5; response++) {
    const error = await assertRejects(() =>
      query(() => Promise.reject(serviceError("SyntaxError", 503)))
    );
    assertEquals(error instanceof DeletionFailure, false);
  }
});

Deno.test("TLS errors are fatal, and the message names the endpoint and the setting for a private CA", async () => {
  const reasons = [
    "invalid peer certificate: UnknownIssuer",
    "invalid peer certificate: Expired",
    "invalid peer certificate: certificate not valid for name",
    "received corrupt message of type InvalidContentType",
  ];
  for (const reason of reasons) {
    const { query } = setUp();
    const cause = new Error(`error sending request for url (https://x): ${reason}`);
    const error = new TypeError("fetch failed", { cause });
    const failure = await assertRejects(() => query(() => Promise.reject(error)), DeletionFailure);
    assertEquals([failure.outcome, failure.retryable], ["InvalidEndpoint", false]);
    for (const text of [PLACE, reason, "DENO_CERT"]) assertStringIncludes(failure.message, text);
  }
});
