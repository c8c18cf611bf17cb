import { getLogger } from "@logtape/logtape";
import { type Lease, leases } from "../kube/builtin.ts";
import type { Client } from "../kube/client.ts";
import { startDeadline } from "../kube/deadline.ts";
import { createInformer, type Informer } from "../kube/informer.ts";
import { objectKey } from "../kube/object.ts";
import { compareResourceVersions } from "../kube/resource_version.ts";
import { type Clocks, startStopwatch, systemClocks } from "./clocks.ts";
import type { Log } from "./log.ts";
import { MARKER_NAME, MARKER_SELECTOR, observeMarker } from "./marker_lease.ts";
import type { Observation } from "./observed_expiry.ts";

export interface ScopeOptions {
  /** With connections of its own. */
  client: Pick<Client, "list" | "pages" | "watch">;
  /** How old the proof may be by which is written, in milliseconds. */
  freshnessMs: number;
  clocks?: Clocks;
  /** A number in [0, 1), as `Math.random`. */
  random?: () => number;
  log?: Log;
}

/** Where the cluster-wide operator may act: everywhere but where a namespace-scoped one keeps its marker alive. */
export interface Scope {
  readonly informer: Informer<Lease>;
  /** Whether no live marker is known in the namespace. */
  accepts(namespace: string): boolean;
  /** Told of each namespace whose marker is given back or has lapsed. */
  onReturn(handler: (namespace: string) => void): void;
  /** Makes sure that all markers are known that were there {@link ScopeOptions.freshnessMs} ago; asks if need be. */
  prove(): Promise<void>;
  /** Whether that is so at this moment. */
  isProven(): boolean;
}

const LIST_DEADLINE_MS = 3_000;

interface Marked {
  observation: Observation;
  cancel: () => void;
}

/** Makes the view of all markers; its informer is the caller's to start. */
export function createScope(options: ScopeOptions): Scope {
  const { client, freshnessMs } = options;
  const { clocks = systemClocks, random = Math.random, log = getLogger(["lease", "scope"]) } =
    options;
  const { steady } = clocks;
  const marked = new Map<string, Marked>();
  const handlers: ((namespace: string) => void)[] = [];
  const informer = createInformer<Lease>({
    client,
    resource: leases,
    fieldSelector: MARKER_SELECTOR,
    clock: steady,
    random,
  });
  const { store } = informer;
  /** Since the last proof was asked for: what it says was true then, or came after. */
  let provenFor: () => number = () => Infinity;
  let asking: Promise<void> | undefined;

  informer.onChange(({ type, object }) => {
    const { namespace = "" } = object.metadata;
    see(namespace, type === "deleted" ? undefined : object);
  });

  /** Takes in a marker as it is now; undefined for one that was deleted. */
  function see(namespace: string, marker: Lease | undefined) {
    const known = marked.get(namespace) ??
      { observation: observeMarker(steady), cancel: () => {} };
    const { observation } = known;
    const was = observation.leftMs() > 0;
    known.cancel();
    observation.see(marker);
    const is = observation.leftMs() > 0;
    if (is || marker) marked.set(namespace, known);
    else marked.delete(namespace);
    if (is) watchLapse(namespace, known);
    if (is && !was) {
      const holder = marker?.spec?.holderIdentity;
      log.info("Leaving the namespace {namespace} to {holder}", { namespace, holder });
    }
    if (was && !is) tellReturn(namespace, `its marker is ${marker ? "given back" : "deleted"}`);
  }

  function watchLapse(namespace: string, known: Marked) {
    known.cancel = steady.timer(known.observation.leftMs(), () => {
      if (known.observation.leftMs() > 0) return watchLapse(namespace, known);
      // One that is still there may be renewed, and is told from a first sight then.
      if (!store.get(objectKey({ namespace, name: MARKER_NAME }))) marked.delete(namespace);
      tellReturn(namespace, "its marker has lapsed");
    });
  }

  function tellReturn(namespace: string, why: string) {
    log.info("Acting in the namespace {namespace} again: {why}", { namespace, why });
    for (const handler of handlers) handler(namespace);
  }

  async function ask(): Promise<void> {
    const passed = startStopwatch(clocks);
    const deadline = startDeadline(steady, LIST_DEADLINE_MS);
    try {
      const list = await client.list(leases, {
        fieldSelector: MARKER_SELECTOR,
        signal: deadline.signal,
      });
      take(list);
      provenFor = passed;
    } finally {
      deadline.dispose();
    }
  }

  function take({ items, resourceVersion }: { items: Lease[]; resourceVersion: string }) {
    const listed = new Set(items.map(({ metadata: { namespace = "" } }) => namespace));
    for (const item of items) store.write(item);
    for (const { metadata } of store.list()) {
      const { name, namespace = "", uid = "" } = metadata;
      const older = compareResourceVersions(metadata.resourceVersion, resourceVersion) <= 0;
      if (!listed.has(namespace) && older) store.removed({ name, namespace }, uid);
    }
  }

  function askOnce(): Promise<void> {
    return asking ??= ask().finally(() => asking = undefined);
  }

  return {
    informer,
    accepts: (namespace) => !((marked.get(namespace)?.observation.leftMs() ?? 0) > 0),
    onReturn: (handler) => void handlers.push(handler),
    async prove() {
      const ageMs = provenFor();
      if (ageMs < freshnessMs / 2) return;
      const asked = askOnce();
      if (ageMs >= freshnessMs * 0.8) return await asked;
      // Ahead of need: whoever needs it asks again, and is told of the error then.
      asked.catch(() => {});
    },
    isProven: () => provenFor() < freshnessMs,
  };
}
