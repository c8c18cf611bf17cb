import type { DynamoModel } from "../../../crds/kinds/model.ts";
import type { Client, Patch } from "../../../kube/client.ts";
import type { EndpointSlice } from "../../../kube/builtin.ts";
import type { EventContent, EventRecorder } from "../../../kube/events.ts";
import type { ChangeHandler } from "../../../kube/informer.ts";
import type { KubeObject } from "../../../kube/object.ts";
import { type FakeClock, fakeClock } from "../../../kube/testing/fake_clock.ts";
import { until } from "../../../kube/testing/until.ts";
import { executionOf } from "../../apply/testing/objects.ts";
import type { Outcome } from "../../engine/outcome.ts";
import { reconcileObject } from "../../engine/reconcile.ts";
import type { Endpoint } from "../endpoints.ts";
import { modelContext } from "../model_context.ts";
import { modelKind } from "../model_kind.ts";
import { endpointSlice, loraModel, modelService, podOf } from "./models.ts";
import { startWorkerPods, type WorkerPods } from "./worker_pods.ts";

/** A model, and HTTP servers that act as its workers. The clock is fake, so that no test waits for a real deadline. */
export interface ModelHarness extends AsyncDisposable {
  readonly clock: FakeClock;
  readonly pods: WorkerPods;
  /** The stored model; undefined after its deletion. */
  model: DynamoModel | undefined;
  /** Other models of the same base model. */
  others: DynamoModel[];
  /** Whether another operator manages the namespace. */
  isExcluded: boolean;
  /** Replaces the endpoints in the EndpointSlice of the Service. Initially, the EndpointSlice contains all workers. */
  setEndpoints(endpoints: readonly Endpoint[]): void;
  /** Writes to the model, such as `status 2 of 3` or `finalizers nvidia.com/finalizer`. */
  readonly writes: string[];
  readonly events: EventContent[];
  /**
   * Reconciles the model once. Advances the clock only while every open request waits for a slow or unresponsive
   * worker.
   */
  reconcile(): Promise<Outcome>;
  /**
   * Reconciles the model repeatedly until the condition is true. After each reconciliation, advances the clock by the
   * delay that the reconciliation returned.
   */
  reconcileUntil(condition: () => boolean): Promise<void>;
  /** Simulates a restart of the operator. The new process has no record of earlier requests. */
  restart(): void;
}

/** Starts a harness with workers `worker-001` to `worker-N`. */
export function startModelHarness(
  count: number,
  model: DynamoModel = loraModel(),
): ModelHarness {
  const clock = fakeClock();
  const pods = startWorkerPods(count, clock);
  const writes: string[] = [];
  const events: EventContent[] = [];
  const recorder: EventRecorder = {
    event: (_about, content) => void events.push(content),
    flush: () => Promise.resolve(),
  };
  let endpoints = pods.workers.map(({ endpoint }) => endpoint);
  let slicesChanged: ChangeHandler<EndpointSlice> | undefined;
  /** Number of open requests. */
  let open = 0;
  let version = 1;

  async function counted<T>(call: Promise<T>): Promise<T> {
    open++;
    try {
      return await call;
    } finally {
      open--;
    }
  }
  /** Stores the changed model as the API server does, and returns it. */
  function write(change: (model: DynamoModel) => DynamoModel): DynamoModel {
    if (!harness.model) throw new Error("The model does not exist");
    const changed = change(harness.model);
    const { finalizers = [], deletionTimestamp } = changed.metadata;
    const stored = {
      ...changed,
      metadata: { ...changed.metadata, resourceVersion: `${++version}` },
    };
    harness.model = deletionTimestamp && finalizers.length === 0 ? undefined : stored;
    return stored;
  }

  const client: Pick<Client, "list" | "pages" | "patch" | "patchStatus"> = {
    list: () => Promise.reject(new Error("Unexpected list")),
    async *pages() {
      const items = pods.workers.map(({ endpoint }) => podOf(endpoint)) as KubeObject[];
      yield await Promise.resolve({ items: items as never[], resourceVersion: "1" });
    },
    patch(_resource, _at, { body }: Patch) {
      const { metadata: { finalizers } } = body as { metadata: { finalizers: string[] } };
      writes.push(`finalizers ${finalizers.join()}`);
      const stored = write((one) => ({ ...one, metadata: { ...one.metadata, finalizers } }));
      return Promise.resolve(stored as never);
    },
    patchStatus(_resource, _observed, body) {
      const status = body as NonNullable<DynamoModel["status"]>;
      writes.push(`status ${status.readyEndpoints} of ${status.totalEndpoints}`);
      return Promise.resolve(write((one) => ({ ...one, status })) as never);
    },
  };

  function createKind() {
    slicesChanged = undefined;
    const context = modelContext({
      client,
      clock,
      recorder: () => recorder,
      accepts: () => !harness.isExcluded,
    }, {
      own: {
        get: () => harness.model,
        byIndex: () => [...harness.model ? [harness.model] : [], ...harness.others],
      },
      children: {
        services: { store: { get: () => modelService() } },
        endpointSlices: {
          byIndex: () => [endpointSlice(endpoints)],
          onChange: (handler) => void (slicesChanged = handler),
        },
      },
    }, pods.send);
    const { load, unload } = context.api;
    const api: typeof context.api = {
      load: (...request) => counted(load(...request)),
      unload: (...request) => counted(unload(...request)),
    };
    return modelKind({ ...context, api });
  }

  /** Waits for the result of a reconciliation. Advances the clock while every open request waits for the clock. */
  async function driven(running: Promise<Outcome>): Promise<Outcome> {
    let isOver = false;
    const over = running.finally(() => isOver = true);
    over.catch(() => {});
    while (!isOver) {
      // Lets the event loop run once, so that requests and responses continue.
      await new Promise((resolve) => setTimeout(resolve));
      await until(() => isOver || (open > 0 && open === pods.waiting()), "the responses");
      if (!isOver) clock.advance(500);
    }
    return await over;
  }

  let kind = createKind();
  const { signal } = new AbortController();
  const harness: ModelHarness = {
    clock,
    pods,
    model,
    others: [],
    isExcluded: false,
    setEndpoints(changed) {
      const previous = endpointSlice(endpoints);
      endpoints = [...changed];
      slicesChanged?.({ type: "modified", object: endpointSlice(endpoints), previous });
    },
    writes,
    events,
    reconcile: () =>
      driven(reconcileObject(
        kind,
        {
          client,
          store: { get: () => harness.model, write() {} },
          executor: { execute: () => Promise.resolve(executionOf()), isCurrent: () => true },
          clock,
          recorder,
        },
        "team/tuned",
        signal,
      )),
    async reconcileUntil(condition) {
      for (let runs = 0; runs < 200; runs++) {
        const outcome = await harness.reconcile();
        if (condition()) return;
        if (outcome.outcome !== "requeueAfter") {
          throw new Error(`The condition is false after the outcome "${outcome.outcome}"`);
        }
        clock.advance(outcome.afterMs);
      }
      throw new Error("The condition is false after 200 reconciliations");
    },
    restart: () => void (kind = createKind()),
    [Symbol.asyncDispose]: () => pods[Symbol.asyncDispose](),
  };
  return harness;
}
