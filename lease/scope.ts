import { getLogger } from "@logtape/logtape";
import { type Lease, leases } from "../kube/builtin.ts";
import type { Client } from "../kube/client.ts";
import { startDeadline } from "../kube/deadline.ts";
import { createInformer, type Informer } from "../kube/informer.ts";
import { compareResourceVersions } from "../kube/resource_version.ts";
import { type Clocks, startStopwatch, systemClocks } from "./clocks.ts";
import type { Log } from "./log.ts";
import { MARKER_SELECTOR } from "./marker_lease.ts";
import { createObservation, type Observation } from "./observation.ts";

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
  /** Told of each namespace whose marker is deleted or has lapsed. */
  onReturn(handler: (namespace: string) => void): void;
  /** Makes sure that all markers are known that were there {@link ScopeOptions.freshnessMs} ago; asks if need be. */
  prove(): Promise<void>;
  /** Whether that is so at this moment. */
  isProven(): boolean;
}

const LIST_DEADLINE_MS = 3_000;
/** A timer of more than 31 bits fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

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
    if (type === "deleted") giveBack(namespace, "its marker was deleted");
    else see(namespace, object);
  });

  function see(namespace: string, marker: Lease) {
    const known = marked.get(namespace);
    const was = known !== undefined && known.observation.leftMs() > 0;
    const observation = known?.observation ?? createObservation(steady);
    observation.see(marker);
    known?.cancel();
    marked.set(namespace, { observation, cancel: () => {} });
    if (observation.leftMs() <= 0) return was ? giveBack(namespace, "its marker ended") : undefined;
    if (!was) {
      const holder = marker.spec?.holderIdentity;
      log.info("Leaving the namespace {namespace} to {holder}", { namespace, holder });
    }
    watchLapse(namespace);
  }

  function watchLapse(namespace: string) {
    const known = marked.get(namespace);
    if (!known) return;
    const leftMs = known.observation.leftMs();
    if (leftMs <= 0) {
      // The Lease stays in the store: it may be renewed, and is told from a first sight then.
      return tellReturn(namespace, "its marker has lapsed");
    }
    known.cancel = steady.timer(
      Math.min(leftMs, LONGEST_TIMER_MS),
      () => watchLapse(namespace),
    );
  }

  function giveBack(namespace: string, why: string) {
    marked.get(namespace)?.cancel();
    marked.delete(namespace);
    tellReturn(namespace, why);
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
