import type { Lease } from "../kube/builtin.ts";
import { delay, systemClock } from "../kube/clock.ts";
import { createEventRecorder } from "../kube/events.ts";
import type { Informer } from "../kube/informer.ts";
import type { WriteGate } from "../kube/write_gate.ts";
import { createGate } from "./write_gate.ts";
import { createLeader } from "./leader.ts";
import { createMarker, type Marker } from "./marker.ts";
import { installationOf } from "./marker_lease.ts";
import type { MarkerTimes } from "./marker_times.ts";
import { createScope } from "./scope.ts";
import type { LeaseClient } from "./watched_lease.ts";
import type { Client } from "../kube/client.ts";

export interface AuthorityOptions {
  /** With a short deadline on each call, and connections of its own. */
  client: LeaseClient & Pick<Client, "list">;
  /** The Lease of leader election; absent: this is the only replica. */
  leaderLease?: { namespace: string; name: string } | undefined;
  /** Names this process and no other. */
  identity: string;
  mode:
    | { scope: "cluster"; freshnessMs: number }
    | {
      scope: "namespace";
      namespace: string;
      version: string;
      installation: string;
      times: MarkerTimes;
    };
  /** No write takes longer, in milliseconds. */
  writeTimeoutMs: number;
}

/** Who lets this process act: when, and in which namespaces. */
export interface Authority {
  /** For the transport by which controllers write. */
  readonly gate: WriteGate;
  /** What is watched for it; the caller starts them and waits until they are in sync. */
  readonly informers: readonly { name: string; informer: Informer<Lease> }[];
  isLeader(): boolean;
  /** Whether to act in a namespace, as far as is known without asking. */
  accepts(namespace: string): boolean;
  /** Told of each namespace that is ours again. */
  onReturn(handler: (namespace: string) => void): void;
  /** Why this process cannot act though it is its turn, or undefined. */
  problem(): string | undefined;
  /**
   * Works whenever it may, until `stop` is aborted; gives everything back then.
   *
   * @param work ends by itself after `stop`, in its own time, and soon after its signal, which says that others may
   *   act now
   */
  run(stop: AbortSignal, work: (lost: AbortSignal) => Promise<void>): Promise<void>;
}

/** A standby that is there leads within this time after the Lease was given back. */
const SUCCESSION_MS = 700;

/** Makes the authority of a process from the mode it runs in. */
export function createAuthority(options: AuthorityOptions): Authority {
  const { client, leaderLease, identity, mode, writeTimeoutMs } = options;
  const recorder = createEventRecorder({
    client,
    reportingController: "dynamo-operator",
    reportingInstance: identity,
  });
  const leader = leaderLease && createLeader({ client, at: leaderLease, identity });
  const scope = mode.scope === "cluster"
    ? createScope({ client, freshnessMs: mode.freshnessMs })
    : undefined;
  const marker: Marker | undefined = mode.scope === "namespace"
    ? createMarker({ client, ...mode, onForeign: report })
    : undefined;
  const namespace = mode.scope === "namespace" ? mode.namespace : undefined;

  function report(foreign: Lease | undefined) {
    if (foreign) {
      recorder.event(foreign, {
        type: "Warning",
        reason: "NamespaceHeldByAnother",
        action: "Wait",
        note: describeForeign(foreign),
      });
    }
  }

  const gate = createGate({
    fences: [
      ...(leader ? [{ fence: leader.fence, closed: "another replica may lead" }] : []),
      ...(marker ? [{ fence: marker.fence, closed: "the namespace is not marked as ours" }] : []),
    ],
    writeTimeoutMs,
    scope,
    namespace,
  });

  async function underMarker(
    stop: AbortSignal,
    lost: AbortSignal,
    work: (lost: AbortSignal) => Promise<void>,
  ) {
    const workUntilQuiet = async (lost: AbortSignal) => {
      await work(lost);
      // A write that was cut off may still be under way in the API server: nobody is to follow before its end.
      await delay(systemClock, gate.busyForMs(), lost);
    };
    await (marker ? marker.run(stop, lost, workUntilQuiet) : workUntilQuiet(lost));
  }

  return {
    gate,
    informers: [
      ...(leader ? [{ name: "leader lease", informer: leader.informer }] : []),
      ...(marker ? [{ name: "marker lease", informer: marker.informer }] : []),
      ...(scope ? [{ name: "marker leases", informer: scope.informer }] : []),
    ],
    isLeader: () => leader?.isLeader() ?? true,
    accepts: (where) => scope?.accepts(where) ?? where === namespace,
    onReturn: (handler) => scope?.onReturn(handler),
    problem() {
      const foreign = marker?.foreign();
      if (foreign) return describeForeign(foreign);
      return leader?.problem() ?? marker?.problem();
    },
    async run(stop, work) {
      if (leader) {
        const standingBy = marker?.standBy(stop);
        await leader.run(stop, (lost) => underMarker(stop, lost, work));
        await standingBy;
      } else await underMarker(stop, new AbortController().signal, work);
      // An upgrade or another replica goes on under the same marker: nobody else is to step in between.
      if (marker && !await leader?.hasSuccessor(SUCCESSION_MS)) await marker.giveBack();
      await recorder.flush();
    },
  };
}

function describeForeign(marker: Lease): string {
  const { metadata: { namespace, name }, spec } = marker;
  const installation = installationOf(marker);
  const of = installation ? `installation "${installation}"` : "another installation";
  return `Lease "${namespace}/${name}" is held by "${spec?.holderIdentity ?? ""}" of ${of}: ` +
    "uninstall one of the two; this one waits until the Lease is no longer renewed";
}
