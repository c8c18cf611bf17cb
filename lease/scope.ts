import { getLogger } from "@logtape/logtape";
import { type Lease, leases } from "../kube/builtin.ts";
import type { Client } from "../kube/client.ts";
import { startDeadline } from "../kube/deadline.ts";
import { createInformer, type Informer } from "../kube/informer.ts";
import type { ListPage } from "../kube/list.ts";
import { compareResourceVersions, objectKey } from "../kube/object.ts";
import { type Clocks, startStopwatch, systemClocks } from "./clocks.ts";
import { MARKER_NAME, observeMarker } from "./marker_lease.ts";
import type { ObservedExpiry } from "./expiry.ts";

const log = getLogger(["lease", "scope"]);

export interface ScopeOptions {
  client: Pick<Client, "list" | "pages" | "watch">;
  /** Maximum age of the list of marker Leases when a write is sent, in milliseconds. */
  freshnessMs: number;
  clocks?: Clocks;
  random?: typeof Math.random;
}

/** The namespaces that the cluster-wide operator manages: all namespaces without a valid marker Lease. */
export interface Scope {
  readonly informer: Informer<Lease>;
  /** Returns whether a namespace is in scope, according to the known marker Leases. */
  accepts(namespace: string): boolean;
  /** Calls `handler` with a namespace when its marker Lease is released or expires. */
  onNamespaceReleased(handler: (namespace: string) => void): void;
  /** Lists all marker Leases if the last list is older than half of {@linkcode ScopeOptions.freshnessMs}. */
  refresh(): Promise<void>;
  /** Returns whether the last list is recent enough for writes: at most {@linkcode ScopeOptions.freshnessMs} old. */
  isFresh(): boolean;
}

const LIST_DEADLINE_MS = 3_000;
/** With this field selector, an RBAC rule for this one Lease name allows a cluster-wide list. */
const fieldSelector = `metadata.name=${MARKER_NAME}`;

type MarkedNamespace = { expiry: ObservedExpiry; cancelTimer: () => void };

/** Creates the scope of the cluster-wide operator. The caller starts the informer of the scope. */
export function createScope(options: ScopeOptions): Scope {
  const { client, freshnessMs, clocks = systemClocks, random = Math.random } = options;
  const { monotonic } = clocks;
  const marked = new Map<string, MarkedNamespace>();
  const handlers: ((namespace: string) => void)[] = [];
  const informer = createInformer<Lease>({
    client,
    resource: leases,
    fieldSelector,
    // Keeps the managed fields, because they show which client changed `holderIdentity` last.
    project: (lease) => lease,
    clock: monotonic,
    random,
  });
  const { store } = informer;
  /** Returns the age of the last list in milliseconds, counted from the start of its list request. */
  let listAgeMs: () => number = () => Infinity;
  let listing: Promise<void> | undefined;

  informer.onChange(({ type, object }) => {
    const { namespace = "" } = object.metadata;
    observe(namespace, type === "deleted" ? undefined : object);
  });

  /** Records the current marker Lease of a namespace. `marker` is undefined if the Lease was deleted. */
  function observe(namespace: string, marker: Lease | undefined) {
    const known = marked.get(namespace) ??
      { expiry: observeMarker(monotonic), cancelTimer: () => {} };
    const wasHeld = known.expiry.leftMs() > 0;
    known.cancelTimer();
    known.expiry.observe(marker);
    const isHeld = known.expiry.leftMs() > 0;
    if (isHeld || marker) marked.set(namespace, known);
    else marked.delete(namespace);
    if (isHeld) startTimer(namespace, known);
    if (isHeld && !wasHeld) {
      const holder = marker?.spec?.holderIdentity;
      log.info(
        "Stopped writing to namespace {namespace}: {holder} holds the namespace's marker Lease",
        {
          namespace,
          holder,
        },
      );
    }
    if (wasHeld && !isHeld) {
      reportReleased(namespace, `its marker Lease was ${marker ? "released" : "deleted"}`);
    }
  }

  function startTimer(namespace: string, known: MarkedNamespace) {
    known.cancelTimer = monotonic.timer(known.expiry.leftMs(), () => {
      if (known.expiry.leftMs() > 0) return startTimer(namespace, known);
      // If the expired Lease still exists, its entry stays in the map, because the holder may renew the Lease later.
      if (!store.get(objectKey({ namespace, name: MARKER_NAME }))) marked.delete(namespace);
      reportReleased(namespace, "its marker Lease has expired");
    });
  }

  function reportReleased(namespace: string, reason: string) {
    log.info("Writing to namespace {namespace} again: {reason}", { namespace, reason });
    for (const handler of handlers) handler(namespace);
  }

  async function list(): Promise<void> {
    const elapsedMs = startStopwatch(clocks);
    using deadline = startDeadline(monotonic, LIST_DEADLINE_MS);
    const { signal } = deadline;
    // With a page limit, Kubernetes before 1.34 would read all Leases from etcd, including the Leases of nodes.
    updateStore(await client.list(leases, { fieldSelector, limit: 0, signal }));
    listAgeMs = elapsedMs;
  }

  function updateStore({ items, resourceVersion }: ListPage<Lease>) {
    const listed = new Set(items.map(({ metadata: { namespace = "" } }) => namespace));
    for (const item of items) store.write(item);
    for (const { metadata } of store.list()) {
      const { name, namespace = "", uid = "" } = metadata;
      const older = compareResourceVersions(metadata.resourceVersion, resourceVersion) <= 0;
      if (!listed.has(namespace) && older) store.removed({ name, namespace }, uid);
    }
  }

  return {
    informer,
    accepts: (namespace) => !((marked.get(namespace)?.expiry.leftMs() ?? 0) > 0),
    onNamespaceReleased: (handler) => void handlers.push(handler),
    async refresh() {
      const ageMs = listAgeMs();
      if (ageMs < freshnessMs / 2) return;
      listing ??= list().finally(() => listing = undefined);
      if (ageMs >= freshnessMs * 0.8) return await listing;
      // The last list is still recent enough, so this write does not wait for the new list and ignores its errors.
      listing.catch(() => {});
    },
    isFresh: () => listAgeMs() < freshnessMs,
  };
}
