// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { ApiError } from "../../kube/errors.ts";
import { describeWriteError, refOf } from "./execution.ts";
import { service } from "./testing/objects.ts";

/** Returns the description of a refused write. The error of the API server lists the given causes. */
function describe(...causes: { field: string; message: string }[]): string {
  const texts = causes.map(({ field, message }) => `${field}: ${message}`);
  const message = `Service "a" is invalid: [${[...new Set(texts)].join(", ")}]`;
  const request = { verb: "apply", method: "PATCH", path: "/" };
  const error = new ApiError({ status: 422, reason: "", message, request, details: { causes } });
  return describeWriteError({ ref: refOf(service("a")), error });
}

const CPU = { field: "limits[cpu]", message: "Invalid value: $& is not a quantity" };
const MEMORY = { field: "limits[memory]", message: "Required value" };

Deno.test("a refusal has the same description whatever the order of its causes", () => {
  const expected = 'Service "ns/a": Service "a" is invalid: ' +
    "[limits[cpu]: Invalid value: $& is not a quantity, limits[memory]: Required value]";
  assertEquals(describe(CPU, MEMORY), expected);
  assertEquals(describe(MEMORY, CPU, MEMORY), expected);
});

Deno.test("the description of a connection error contains no random port", () => {
  const error = new Error("read tcp 10.0.0.1:41234->10.0.0.2:443: connection reset");
  const text = describeWriteError({ ref: refOf(service("a")), error });
  assertEquals(text, 'Service "ns/a": read tcp 10.0.0.2:443: connection reset');
});
