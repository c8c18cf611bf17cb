import { executionOf } from "../../apply/testing/objects.ts";
import { reconcileObject } from "../../engine/reconcile.ts";
import type { Outcome } from "../../engine/outcome.ts";
import { createFakeClock } from "../../engine/testing/fake_clock.ts";
import { partitionKind } from "../partition_kind.ts";
import type { FakeCluster } from "./fake_cluster.ts";

const { signal } = new AbortController();

export function reconcile({ context }: FakeCluster): Promise<Outcome> {
  const reconcileContext = {
    client: context.client,
    store: context.objectStore,
    // A partition deletion plans no objects, so the executor has nothing to write.
    executor: {
      execute: () => Promise.resolve(executionOf()),
      isCurrent: () => true,
    },
    clock: createFakeClock(Date.UTC(2026, 0, 1)),
    recorder: context.recorder,
  };
  return reconcileObject(partitionKind(context), reconcileContext, "team/orders", signal);
}
