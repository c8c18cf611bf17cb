import { reconcileObject } from "../../engine/reconcile.ts";
import { createFakeClock } from "../../engine/testing/fake_clock.ts";
import { partitionKind } from "../partition_kind.ts";
import type { FakeCluster } from "./fake_cluster.ts";

/** Reconciles the partition job "team/orders" of a fake cluster once. */
export function reconcile(
  { context }: FakeCluster,
  signal: AbortSignal = new AbortController().signal,
) {
  const reconcileContext = {
    client: context.client,
    store: context.objectStore,
    // The executor writes nothing for a partition deletion.
    executor: {
      execute: () => Promise.resolve({ writes: [], errors: [], blocked: [], conflicts: [] }),
    },
    clock: createFakeClock(Date.UTC(2026, 0, 1)),
    recorder: context.recorder,
  };
  return reconcileObject(partitionKind(context), reconcileContext, "team/orders", signal);
}
