// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { onStopSignal } from "./stop_signal.ts";

/** Returns a fake source of signals. Its `send` calls the listener of the signal. */
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

Deno.test("the first signal calls stop, and each further signal calls again", () => {
  for (const [first, second] of [["SIGTERM", "SIGINT"], ["SIGINT", "SIGTERM"]] as const) {
    const { listen, listeners, send } = fakeSignals();
    const stop = new AbortController();
    const calls: string[] = [];
    const end = onStopSignal(stop.signal, {
      stop(name) {
        stop.abort();
        calls.push(`stop by ${name}`);
      },
      again: (name) => calls.push(`again by ${name}`),
    }, listen);
    for (const name of [first, second, second]) send(name);
    assertEquals(calls, [`stop by ${first}`, `again by ${second}`, `again by ${second}`]);
    end();
    assertEquals(listeners.size, 0);
  }
});

Deno.test("a signal calls again if another reason has stopped the program", () => {
  const { listen, send } = fakeSignals();
  const calls: string[] = [];
  onStopSignal(AbortSignal.abort(), {
    stop: (name) => calls.push(`stop by ${name}`),
    again: (name) => calls.push(`again by ${name}`),
  }, listen);
  send("SIGINT");
  assertEquals(calls, ["again by SIGINT"]);
});
