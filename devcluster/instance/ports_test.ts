// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { isLoopbackPortFree, pickPorts } from "./ports.ts";

function sequence(...values: number[]): () => number {
  let i = 0;
  return () => values[i++ % values.length] ?? 0;
}

Deno.test("ports are distinct, free and below those for outgoing connections", () => {
  const random = sequence(0, 0, 0.25, 0.5, 0.999999);
  const taken = 23_000;
  assertEquals(pickPorts(3, { random, isFree: (port) => port !== taken }), [
    20_000,
    26_000,
    31_999,
  ]);
});

Deno.test("an error is thrown if all ports are in use", () => {
  const options = { random: Math.random, isFree: () => false };
  assertThrows(() => pickPorts(2, options), Error, "Cannot find 2 free ports");
});

Deno.test("a port is free when its listener is closed", () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  assertEquals(isLoopbackPortFree(port), false);
  listener.close();
  assertEquals(isLoopbackPortFree(port), true);
});
