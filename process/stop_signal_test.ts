// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { onStopSignal } from "./stop_signal.ts";

/** Signals as the test sends them, told to whoever listens. */
function fakeSignals() {
  const listeners = new Map<string, () => void>();
  return {
    listeners,
    send: (name: string) => listeners.get(name)?.(),
    listen(name: string, listener: () => void) {
      listeners.set(name, listener);
      return () => void listeners.delete(name);
    },
  };
}

Deno.test("the first signal asks for a stop, and any after that for the end at once", () => {
  for (const [first, second] of [["SIGTERM", "SIGINT"], ["SIGINT", "SIGTERM"]] as const) {
    const { listen, listeners, send } = fakeSignals();
    const stop = new AbortController();
    const heard: string[] = [];
    const end = onStopSignal(stop.signal, {
      stop(name) {
        stop.abort();
        heard.push(`stop by ${name}`);
      },
      again: (name) => heard.push(`again by ${name}`),
    }, listen);
    for (const name of [first, second, second]) send(name);
    assertEquals(heard, [`stop by ${first}`, `again by ${second}`, `again by ${second}`]);
    end();
    assertEquals(listeners.size, 0);
  }
});

Deno.test("a signal finds a stop under way that something else asked for", () => {
  const { listen, send } = fakeSignals();
  const heard: string[] = [];
  onStopSignal(AbortSignal.abort(), {
    stop: (name) => heard.push(`stop by ${name}`),
    again: (name) => heard.push(`again by ${name}`),
  }, listen);
  send("SIGINT");
  assertEquals(heard, ["again by SIGINT"]);
});
