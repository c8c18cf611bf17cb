import { services } from "../../../kube/builtin.ts";
import { createMetrics } from "../../../process/metrics.ts";
import { service } from "../../apply/testing/objects.ts";
import { type ChildTable, ownKind } from "../child_kind.ts";
import { createManager, type ManagerOptions } from "../manager.ts";
import { done, type Outcome } from "../outcome.ts";
import { createFakeClock } from "./fake_clock.ts";
import { createFakeCluster } from "./fake_cluster.ts";
import { createMemoryLog } from "./memory_log.ts";

export interface TestManagerOptions<C extends ChildTable> extends Partial<ManagerOptions> {
  /** Names of the Services in the cluster. */
  names?: string[];
  /** The cluster answers the first list requests when this promise resolves. */
  listed?: Promise<void>;
  children?: C;
  reconcile?: (key: string, signal: AbortSignal) => Promise<Outcome>;
}

/**
 * Creates a manager with a fake clock and with one controller, which reconciles Services. The returned list `keys`
 * contains the reconciled keys.
 */
export function createTestManager<C extends ChildTable>(options: TestManagerOptions<C> = {}) {
  const { names = ["a"], listed, children = {} as C, ...others } = options;
  const { reconcile = () => Promise.resolve(done), ...rest } = others;
  const cluster = createFakeCluster(names.map((name) => service(name)), listed);
  const clock = createFakeClock();
  const log = createMemoryLog();
  const keys: string[] = [];
  const manager = createManager({
    client: cluster.client,
    metrics: createMetrics(),
    instance: "test",
    clock,
    random: () => 0.5,
    log,
    ...rest,
  });
  const kinds = manager.watch({ own: ownKind({ resource: services }), children });
  manager.controller({
    name: "test",
    workers: 1,
    reconcile: (key, signal) => {
      keys.push(key);
      return reconcile(key, signal);
    },
    kinds,
  });
  const stop = new AbortController();
  return { cluster, clock, log, keys, kinds, stop, run: () => manager.run(stop.signal) };
}
