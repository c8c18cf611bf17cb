import type { Clock } from "../../../kube/clock.ts";
import type { ApiError } from "../../../kube/errors.ts";
import { fakeClock } from "../../../kube/testing/fake_clock.ts";
import type { Work } from "../../apply/execute.ts";
import type { Execution } from "../../apply/execution.ts";
import { executionOf } from "../../apply/testing/objects.ts";
import type { Outcome } from "../outcome.ts";
import { reconcileObject } from "../reconcile.ts";
import type { ChildPlan, ReconciledKind } from "../reconciled_kind.ts";
import type { StatusHold } from "../status_hold.ts";
import type { UnstoredFields } from "../unstored_fields.ts";
import { DELETED, type Thing, thing, things } from "./thing.ts";

/** A kind whose `gather` counts its calls. The status contains this count. */
export type ThingKind = ReconciledKind<Thing, number, ChildPlan, string>;

/** The finalizer of another operator. */
export const FOREIGN = "example.com/foreign";
/** Reference to a child of the reconciled object. */
export const ref = { apiVersion: "v1", kind: "Service", name: "s" };
export const WRITTEN: Execution["writes"] = [{ ref, verb: "create", why: ["new"] }];

export interface ReconcileOptions {
  kind?: (calls: string[]) => Partial<ThingKind>;
  execution?: Partial<Execution>;
  paused?: boolean;
  /** Error with which the API server refuses every write of the reconciled object. */
  refusal?: ApiError;
  /** Whether the executor calls `confirmParent`. The API server then returns `current` as the reconciled object. */
  adopts?: boolean;
  current?: Thing;
  /** Whether the children are as planned after the writes. */
  isCurrent?: boolean;
  /** Whether the returned `calls` include calls of `mark`, `dropMarked` and `dropReminder`. */
  recorded?: boolean;
  answer?: Thing;
  /** The stored object after the status write; by default the response to the write. */
  later?: Thing;
  unstored?: UnstoredFields;
  hold?: StatusHold;
  clock?: Clock;
  /** Receives the outcome of the reconciliation. */
  onOutcome?: (outcome: Outcome) => void;
  /** Whether only a delay has ended since the previous reconciliation. */
  isOnlyDue?: boolean;
}

/** Reconciles the stored object once. Returns two values: the calls in their order, and the outcome or the error. */
export async function reconcile(stored: Thing | undefined, options: ReconcileOptions = {}) {
  const calls: string[] = [];
  let gathered = 0;
  const write = (call: string, answer: Thing) => {
    calls.push(call);
    return options.refusal ? Promise.reject(options.refusal) : Promise.resolve(answer as never);
  };
  const note = (call: string) => {
    if (options.recorded) calls.push(call);
  };
  const kind: ThingKind = {
    resource: things,
    gather: () => ++gathered,
    plan: () => ({ planned: [], prune: [] }),
    emptyPlan: { planned: [], prune: [] },
    status: ({ observed, execution }, _nowIso, effects) => ({
      state: execution.errors.length > 0 ? "failed" : effects ?? `gathered ${observed}`,
    }),
    unreadableStatus: ({ status }) => status,
    isPaused: () => options.paused ?? false,
    upgradeCrd: "upgrade the CRD",
    foreignFinalizer: FOREIGN,
    events(_, before, after) {
      calls.push(`report ${before?.state} to ${after?.state}`);
      return [];
    },
    ...options.kind?.(calls),
  };
  const result = reconcileObject(
    kind,
    {
      client: {
        list: (_resource, { fieldSelector } = {}) => {
          calls.push(`list ${fieldSelector}`);
          const items = options.current ? [options.current] : [];
          return Promise.resolve({ items: items as never[], resourceVersion: "9" });
        },
        patch: (_resource, _at, { body }) => write(`patch ${JSON.stringify(body)}`, thing(DELETED)),
        patchStatus: (_resource, _observed, status) =>
          write(`status ${JSON.stringify(status)}`, options.answer ?? thing()),
      },
      store: {
        get: () => calls.includes("store") ? options.later ?? options.answer ?? stored : stored,
        write: () => calls.push("store"),
      },
      executor: {
        execute: async ({ paused, confirmParent }: Work) => {
          calls.push(paused ? "execute paused" : "execute");
          if (options.adopts) calls.push(`confirmed ${await confirmParent?.()}`);
          return executionOf(options.execution);
        },
        isCurrent: () => options.isCurrent ?? false,
      },
      clock: options.clock ?? fakeClock(),
      recorder: { event() {} },
      ...(options.unstored && { unstored: options.unstored }),
      ...(options.hold && { hold: options.hold }),
    },
    "n/a",
    new AbortController().signal,
    {
      isOnlyDue: options.isOnlyDue ?? false,
      mark: () => note("mark"),
      dropMarked: () => note("drop changes"),
      dropReminder: () => note("drop reminder"),
    },
  );
  const name = (outcome: Outcome) => {
    options.onOutcome?.(outcome);
    return outcome.outcome;
  };
  return { calls, result: await result.then(name, String) };
}
