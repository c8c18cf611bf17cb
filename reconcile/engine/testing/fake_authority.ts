import type { Authority } from "../../../lease/coordination.ts";

/** An authority that a test plays. */
export interface FakeAuthority extends Authority {
  /** Lets the process act until {@link revoke}. */
  grant(): void;
  /** Others may act now. */
  revoke(): void;
  /** Gives a namespace to another, or back. */
  exclude(namespace: string): void;
  include(namespace: string): void;
}

export function fakeAuthority(): FakeAuthority {
  const excluded = new Set<string>();
  const handlers: ((namespace: string) => void)[] = [];
  let granted = Promise.withResolvers<void>();
  let lost = new AbortController();
  return {
    gate: { prepare: () => Promise.resolve(), admit: () => 1_000 },
    informers: [],
    isLeader: () => true,
    accepts: (namespace) => !excluded.has(namespace),
    onReturn: (handler) => void handlers.push(handler),
    problem: () => undefined,
    async run(stop, work) {
      const stopped = new Promise<void>((resolve) =>
        stop.addEventListener("abort", () => resolve(), { once: true })
      );
      while (!stop.aborted) {
        await Promise.race([granted.promise, stopped]);
        if (stop.aborted) return;
        lost = new AbortController();
        await work(lost.signal);
      }
    },
    grant: () => granted.resolve(),
    revoke() {
      granted = Promise.withResolvers();
      lost.abort(new Error("lost"));
    },
    exclude: (namespace) => void excluded.add(namespace),
    include(namespace) {
      excluded.delete(namespace);
      for (const handler of handlers) handler(namespace);
    },
  };
}
