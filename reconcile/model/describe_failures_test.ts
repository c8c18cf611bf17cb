// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { describeFailures } from "./describe_failures.ts";
import { endpoint } from "./testing/models.ts";

const failed = (number: number, message: string) => ({
  endpoint: endpoint(number),
  failure: { kind: message, message },
});

Deno.test("failures with the same message are counted, and the first endpoint is named", () => {
  assertEquals(describeFailures([]), "");
  assertEquals(
    describeFailures([failed(1, "status 500"), failed(2, "lost"), failed(3, "status 500")]),
    'pod "worker-001" (http://10.0.0.1:9090) and 1 other: status 500; ' +
      'pod "worker-002" (http://10.0.0.2:9090): lost',
  );
});

Deno.test("several endpoints with the same message are counted in the plural", () => {
  const text = describeFailures([1, 2, 3].map((number) => failed(number, "lost")));
  assertEquals(text, 'pod "worker-001" (http://10.0.0.1:9090) and 2 others: lost');
});

Deno.test("many different messages are cut off", () => {
  const text = describeFailures([1, 2, 3, 4, 5].map((number) => failed(number, `m${number}`)));
  assertEquals(text.endsWith("m3; 2 other causes"), true, text);

  const four = describeFailures([1, 2, 3, 4].map((number) => failed(number, `m${number}`)));
  assertEquals(four.endsWith("m3; 1 other cause"), true, four);
});
