import type { Coordination } from "../../../lease/coordination.ts";

/** Leader election and marker Leases that a test controls. */
export interface FakeCoordination extends Coordination {
  /** Makes the process the leader until {@link revoke}. */
  grant(): void;
  /** Ends the leadership of the process. */
  revoke(): void;
  /** Hands a namespace over to another operator. {@link include} hands the namespace back. */
  exclude(namespace: string): void;
  include(namespace: string): void;
}

export function fakeCoordination(): FakeCoordination {
  const excluded = new Set<string>();
  const handlers: ((namespace: string) => void)[] = [];
  let granted = Promise.withResolvers<void>();
  let lost = new AbortController();
  return {
    gate: { prepare: () => Promise.resolve(), admit: () => 1_000 },
    informers: [],
    isLeader: () => true,
    accepts: (namespace) => !excluded.has(namespace),
    onNamespaceReleased: (handler) => void handlers.push(handler),
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
