import type { Clock } from "../kube/clock.ts";
import { type WriteGate, WriteHeldBack, type WriteRequest } from "../kube/write_gate.ts";
import { systemClocks } from "./clocks.ts";
import type { Scope } from "./scope.ts";

/** A deadline of writes. `reason` explains in the error why a write was late. */
export interface GateDeadline {
  deadline: Pick<WriteDeadline, "leftMs">;
  reason: string;
}

export interface GateOptions {
  /** Writes are allowed until the first of these deadlines. */
  deadlines: readonly GateDeadline[];
  /** Longest duration of a write, in milliseconds. */
  writeTimeoutMs: number;
  /** The scope of the cluster-wide operator. */
  scope?: Pick<Scope, "accepts" | "refresh" | "isFresh"> | undefined;
  /** The only namespace of a namespace-scoped operator. */
  namespace?: string | undefined;
  clock?: Clock;
}

/** Events are exempt from the scope: they report writes that were allowed, and no operator manages them. */
const EVENTS = "events.events.k8s.io";

/** The write gate of leader election, marker Lease and scope. */
export interface Gate extends WriteGate {
  /** Returns for how long the API server may still execute a write that got no response, in milliseconds. */
  unansweredForMs(): number;
}

/**
 * Creates the gate for all writes of the controllers. An operator may write to a namespace now if
 *
 * - it is the leader, and its leader Lease cannot expire before the write ends;
 * - cluster-wide: it listed all marker Leases a moment ago, and none of them is held in that namespace;
 * - namespace-scoped: the namespace is its own, and it holds the marker Lease there, for longer than the write takes.
 */
export function createGate(options: GateOptions): Gate {
  const { deadlines, writeTimeoutMs, scope, namespace, clock = systemClocks.monotonic } = options;
  let unansweredUntilMs = -Infinity;

  function checkDeadlines(request: WriteRequest): number {
    let leftMs = writeTimeoutMs;
    for (const { deadline, reason } of deadlines) {
      leftMs = Math.min(leftMs, deadline.leftMs());
      if (leftMs <= 0) throw new WriteHeldBack(request, reason);
    }
    return leftMs;
  }

  return {
    async prepare(request) {
      checkDeadlines(request);
      if (request.resource !== EVENTS) await scope?.refresh();
    },
    admit(request) {
      if (request.resource === EVENTS) return checkDeadlines(request);
      const target = request.namespace;
      if (scope && !scope.isFresh()) {
        throw new WriteHeldBack(request, "the list of marker Leases is too old");
      }
      if (scope && target !== undefined && !scope.accepts(target)) {
        throw new WriteHeldBack(request, `another operator manages the namespace "${target}"`);
      }
      if (namespace !== undefined && target !== namespace) {
        throw new WriteHeldBack(request, `this operator manages only the namespace "${namespace}"`);
      }
      return checkDeadlines(request);
    },
    unanswered(forMs) {
      unansweredUntilMs = Math.max(unansweredUntilMs, clock.now() + forMs);
    },
    unansweredForMs: () => Math.max(0, unansweredUntilMs - clock.now()),
  };
}

/** The time until which a process may write because it holds a Lease. */
export interface WriteDeadline {
  /** Returns the remaining time in milliseconds; 0 or less if nothing may be written. */
  leftMs(): number;
  /** Extends the deadline after a renewal. `elapsedMs` is a stopwatch that was started before the request was sent. */
  extend(elapsedMs: () => number): void;
  /** Ends the time to write until the next renewal. */
  expire(): void;
}

/**
 * Creates an expired deadline.
 *
 * @param validMs for how long a renewal allows writes; less than the Lease's duration
 */
export function createWriteDeadline(validMs: number): WriteDeadline {
  let elapsedMs: () => number = () => Infinity;
  return {
    leftMs: () => validMs - elapsedMs(),
    extend: (stopwatch) => void (elapsedMs = stopwatch),
    expire: () => void (elapsedMs = () => Infinity),
  };
}
