// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { onStopSignal } from "./stop_signal.ts";

Deno.test("the first signal asks for a stop, and any after that for its end at once", async () => {
  const stop = new AbortController();
  const heard: string[] = [];
  let next = Promise.withResolvers<void>();
  const hear = (text: string) => {
    heard.push(text);
    next.resolve();
  };
  const end = onStopSignal(stop.signal, {
    stop(name) {
      stop.abort();
      hear(`stop by ${name}`);
    },
    again: (name) => hear(`again by ${name}`),
  });
  try {
    for (const name of ["SIGTERM", "SIGINT", "SIGTERM"] as const) {
      next = Promise.withResolvers<void>();
      Deno.kill(Deno.pid, name);
      await next.promise;
    }
  } finally {
    end();
  }
  assertEquals(heard, ["stop by SIGTERM", "again by SIGINT", "again by SIGTERM"]);
});
