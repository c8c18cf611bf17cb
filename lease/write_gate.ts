import type { Clock } from "../kube/clock.ts";
import { type WriteGate, WriteHeldBack, type WriteRequest } from "../kube/write_gate.ts";
import { systemClocks } from "./clocks.ts";
import type { Scope } from "./scope.ts";

/** A deadline for writes. After the deadline, the error message of a refused write contains `reason`. */
export interface GateDeadline {
  deadline: Pick<WriteDeadline, "leftMs" | "longestWriteMs">;
  reason: string;
}

export interface GateOptions {
  /** Deadlines of the leader Lease and marker Lease. The gate allows a write only if all deadlines allow it. */
  deadlines: readonly GateDeadline[];
  /** Maximum duration of a write, in milliseconds. */
  writeTimeoutMs: number;
  /**
   * The namespaces that a cluster-wide operator manages (those without a valid marker Lease); absent for a
   * namespace-scoped operator.
   */
  scope?: Pick<Scope, "accepts" | "refresh" | "isFresh"> | undefined;
  /** The namespace that a namespace-scoped operator manages; absent for a cluster-wide operator. */
  namespace?: string | undefined;
  clock?: Clock;
}

/** The gate allows Events in all namespaces: they report writes that were allowed, and no operator manages them. */
const EVENTS = "events.events.k8s.io";

/** The write gate. Before each write, it checks the leader Lease, marker Leases and the namespace. */
export interface Gate extends WriteGate {
  /** Returns the time in milliseconds during which the API server may still execute a write that got no response. */
  unansweredForMs(): number;
  /** Limits later writes: each must end within `forMs` milliseconds from now. After that, the gate stays closed. */
  endWithin(forMs: number): void;
}

/**
 * Creates the gate for all writes of the controllers. The gate allows a write under these conditions:
 *
 * - The operator is the leader, and its leader Lease cannot expire before the write ends.
 * - If it is cluster-wide, its list of marker Leases is recent, and no valid marker Lease exists in the namespace.
 * - If it is namespace-scoped, it manages the namespace, and its marker Lease cannot expire before the write ends.
 * - If the operator is stopping, the write ends within the limit of {@linkcode Gate.endWithin}.
 */
export function createGate(options: GateOptions): Gate {
  const { deadlines, writeTimeoutMs, scope, namespace, clock = systemClocks.monotonic } = options;
  let unansweredUntilMs = -Infinity;
  let endMs = Infinity;

  function checkDeadlines(request: WriteRequest): number {
    let leftMs = Math.min(writeTimeoutMs, endMs - clock.now());
    if (leftMs <= 0) throw new WriteHeldBack(request, "the operator is stopping");
    for (const { deadline, reason } of deadlines) {
      if (deadline.leftMs() <= 0) throw new WriteHeldBack(request, reason);
      leftMs = Math.min(leftMs, deadline.longestWriteMs());
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
        throw new WriteHeldBack(
          request,
          "the list of marker Leases is older than --marker-freshness",
        );
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
    endWithin: (forMs) => void (endMs = clock.now() + forMs),
  };
}

/** The deadline for the writes of a process that holds a leader Lease or marker Lease. */
export interface WriteDeadline {
  /** Returns the remaining time in milliseconds; if it is 0 or less, no write may start. */
  leftMs(): number;
  /** Returns the maximum duration of a write that starts now, in milliseconds. */
  longestWriteMs(): number;
  /** Extends the deadline after a renewal. `elapsedMs` is a stopwatch that started before the renewal was sent. */
  extend(elapsedMs: () => number): void;
  /** Expires the deadline, so that no write is allowed until the next renewal. */
  expire(): void;
}

/**
 * Minimum time between the end of the last write and the expiry of the Lease. The clocks of two machines run at
 * slightly different rates, and a request needs time to reach the API server.
 */
const EXPIRY_MARGIN_MS = 1_000;

/**
 * Creates a write deadline. It is expired until the first renewal. A write may start until `validMs` after a renewal.
 * The write may end later, but at least one second before the Lease expires.
 *
 * @param validMs time after a renewal during which writes may start; less than the duration of the Lease
 * @param durationMs time from a renewal until the Lease expires
 */
export function createWriteDeadline(
  { validMs, durationMs }: { validMs: number; durationMs: number },
): WriteDeadline {
  const endMs = Math.max(validMs, durationMs - EXPIRY_MARGIN_MS);
  let elapsedMs: () => number = () => Infinity;
  return {
    leftMs: () => validMs - elapsedMs(),
    longestWriteMs: () => endMs - elapsedMs(),
    extend: (stopwatch) => void (elapsedMs = stopwatch),
    expire: () => void (elapsedMs = () => Infinity),
  };
}
