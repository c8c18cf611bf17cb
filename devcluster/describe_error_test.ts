// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { describeError } from "./describe_error.ts";

Deno.test("an error is described with its causes", () => {
  const cause = new Error("b", { cause: "c" });
  assertEquals(describeError(new Error("a", { cause })), "a: b: c");
});

Deno.test("a cause that its error quotes is not repeated", () => {
  const cause = new Error("no such file");
  assertEquals(
    describeError(new Error("Cannot read: no such file", { cause })),
    "Cannot read: no such file",
  );
});
