import type { Clock } from "../kube/clock.ts";
import { type WriteGate, WriteHeldBack } from "../kube/write_gate.ts";
import { systemClocks } from "./clocks.ts";
import type { Fence } from "./write_deadline.ts";
import type { Scope } from "./scope.ts";

export interface GateOptions {
  /** All must be open. */
  fences: readonly { fence: Pick<Fence, "leftMs">; closed: string }[];
  /** No write takes longer, in milliseconds. */
  writeTimeoutMs: number;
  /** Of the cluster-wide operator. */
  scope?: Pick<Scope, "accepts" | "prove" | "isProven"> | undefined;
  /** Of a namespace-scoped operator: the only namespace to write in. */
  namespace?: string | undefined;
  clock?: Clock;
}

/** They tell of what was done when it was right to do it, and are nobody's to manage. */
const EVENTS = "events.events.k8s.io";

export interface Gate extends WriteGate {
  /** How long the API server may still be at a write of ours that we gave up, in milliseconds. */
  busyForMs(): number;
}

/** Makes the gate that every write of the controllers goes through. */
export function createGate(options: GateOptions): Gate {
  const { fences, writeTimeoutMs, scope, namespace, clock = systemClocks.steady } = options;
  let busyUntilMs = -Infinity;

  function checkFences(request: Parameters<WriteGate["admit"]>[0]): number {
    let leftMs = writeTimeoutMs;
    for (const { fence, closed } of fences) {
      leftMs = Math.min(leftMs, fence.leftMs());
      if (leftMs <= 0) throw new WriteHeldBack(request, closed);
    }
    return leftMs;
  }

  return {
    async prepare(request) {
      checkFences(request);
      if (request.resource !== EVENTS) await scope?.prove();
    },
    admit(request) {
      if (request.resource === EVENTS) return checkFences(request);
      const there = request.namespace;
      if (scope && !scope.isProven()) {
        throw new WriteHeldBack(request, "it is not known who acts in which namespace");
      }
      if (scope && there !== undefined && !scope.accepts(there)) {
        throw new WriteHeldBack(request, `another operator acts in the namespace "${there}"`);
      }
      if (namespace !== undefined && there !== namespace) {
        throw new WriteHeldBack(request, `this operator acts in the namespace "${namespace}" only`);
      }
      return checkFences(request);
    },
    unanswered: (forMs) => void (busyUntilMs = Math.max(busyUntilMs, clock.now() + forMs)),
    busyForMs: () => Math.max(0, busyUntilMs - clock.now()),
  };
}
