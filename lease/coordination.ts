import type { Lease } from "../kube/builtin.ts";
import type { Client } from "../kube/client.ts";
import { delay } from "../kube/clock.ts";
import { createEventRecorder } from "../kube/events.ts";
import type { Informer } from "../kube/informer.ts";
import type { WriteGate } from "../kube/write_gate.ts";
import { type Clocks, systemClocks } from "./clocks.ts";
import { createLeader } from "./leader.ts";
import { createMarker, type Marker, type MarkerOptions } from "./marker.ts";
import { installationOf } from "./marker_lease.ts";
import { createScope } from "./scope.ts";
import { createGate, type GateDeadline } from "./write_gate.ts";

/** Settings of {@linkcode createCoordination}. */
export interface CoordinationOptions {
  /** Client for Leases. It needs separate connections, so that other requests do not delay renewals. */
  client: Pick<Client, "get" | "list" | "create" | "patch" | "delete" | "watch" | "pages">;
  /** Name of the leader Lease. Without it, leader election is disabled, and the user must run only one replica. */
  leaderLease?: { namespace: string; name: string } | undefined;
  /** Name of this process in the leader Lease, unique among all replicas. */
  identity: string;
  /** Whether the operator is cluster-wide or namespace-scoped. */
  mode: ClusterMode | NamespaceMode;
  /** Maximum duration of a write, in milliseconds. */
  writeTimeoutMs: number;
  clocks?: Clocks;
}

/** A cluster-wide operator: it manages all namespaces without a valid marker Lease. */
export interface ClusterMode {
  scope: "cluster";
  /** Maximum age of the list of marker Leases when a write is sent, in milliseconds. */
  freshnessMs: number;
}

/** A namespace-scoped operator: it manages one namespace and holds its marker Lease. */
export interface NamespaceMode
  extends Pick<MarkerOptions, "namespace" | "version" | "installation" | "times"> {
  scope: "namespace";
}

/** Leader election and marker Leases: they determine when this process may write, and to which namespaces. */
export interface Coordination {
  /** Write gate: checks each write of the controllers before the API client sends it. */
  readonly gate: WriteGate;
  /** Informers of Leases. The caller starts them and waits until they have synced. */
  readonly informers: readonly { name: string; informer: Informer<Lease> }[];
  /** Returns whether this process is the leader; true if leader election is disabled. */
  isLeader(): boolean;
  /** Returns whether this operator manages the namespace, according to the known marker Leases. */
  accepts(namespace: string): boolean;
  /**
   * Calls `handler` with a namespace when its marker Lease is released or expires. From then on, this operator manages
   * the namespace.
   */
  onNamespaceReleased(handler: (namespace: string) => void): void;
  /**
   * Returns the reason why this process cannot write. Returns undefined if it can, or if another replica is the leader.
   */
  problem(): string | undefined;
  /**
   * Calls `work` whenever this process has acquired the Leases that allow it to write. After `stop` is aborted,
   * releases the Leases.
   *
   * @param work must finish its last write and return when `stop` is aborted. If `stop` is already aborted when `work`
   *   starts, `work` must return immediately. It must also return immediately when `lost` is aborted, because this
   *   process has then lost a Lease.
   */
  run(stop: AbortSignal, work: (lost: AbortSignal) => Promise<void>): Promise<void>;
}

/** Maximum time that a standby needs to acquire a released leader Lease. */
const SUCCESSION_MS = 700;
/** Maximum time from the stop signal to the last write. Reconciliations and the last events take up to 12 s. */
const STOP_MS = 12_000;

/** Creates the coordination of a cluster-wide or namespace-scoped operator, according to `mode`. */
export function createCoordination(options: CoordinationOptions): Coordination {
  const { client, leaderLease, identity, mode, writeTimeoutMs, clocks = systemClocks } = options;
  const clock = clocks.monotonic;
  const recorder = createEventRecorder({
    client,
    reportingController: "dynamo-operator",
    reportingInstance: identity,
  });
  const leader = leaderLease && createLeader({ client, at: leaderLease, identity, clocks });
  const scope = mode.scope === "cluster"
    ? createScope({ client, freshnessMs: mode.freshnessMs, clocks })
    : undefined;
  const marker: Marker | undefined = mode.scope === "namespace"
    ? createMarker({ client, ...mode, onForeign: reportForeign, clocks })
    : undefined;
  const namespace = mode.scope === "namespace" ? mode.namespace : undefined;

  function reportForeign(foreign: Lease | undefined) {
    if (!foreign) return;
    const note = describeForeign(foreign);
    const content = { reason: "NamespaceHeldByAnother", action: "Wait", note };
    recorder.event(foreign, { type: "Warning", ...content });
  }

  const deadlines: GateDeadline[] = [];
  const informers: Coordination["informers"][number][] = [];
  if (leader) {
    const { informer, writeDeadline: deadline } = leader;
    deadlines.push({ deadline, reason: "another replica may be the leader" });
    informers.push({ name: "leader lease", informer });
  }
  if (marker) {
    const { informer, writeDeadline: deadline } = marker;
    deadlines.push({ deadline, reason: "this operator does not hold its marker Lease" });
    informers.push({ name: "marker lease", informer });
  }
  if (scope) informers.push({ name: "marker leases", informer: scope.informer });
  const gate = createGate({ deadlines, writeTimeoutMs, scope, namespace, clock });

  /** Waits until the API server can no longer execute a write that got no response, or until the signal is aborted. */
  function untilAnswered(signal?: AbortSignal): Promise<void> {
    return delay(clock, gate.unansweredForMs(), signal);
  }

  async function runWithMarker(
    stop: AbortSignal,
    lost: AbortSignal,
    work: (lost: AbortSignal) => Promise<void>,
  ) {
    // After `work` returns, the API server may still execute a write that got no response. This process keeps its
    // Leases until the API server can no longer execute such a write.
    const workUntilAnswered = async (lost: AbortSignal) => {
      await work(lost);
      await untilAnswered(lost);
    };
    await (marker ? marker.run(stop, lost, workUntilAnswered) : work(lost));
    // If this process loses its marker Lease, the wait in `workUntilAnswered` ends early. So the process waits again.
    await untilAnswered(lost);
  }

  return {
    gate,
    informers,
    isLeader: () => leader?.isLeader() ?? true,
    accepts: (candidate) => scope?.accepts(candidate) ?? candidate === namespace,
    onNamespaceReleased: (handler) => scope?.onNamespaceReleased(handler),
    problem() {
      const foreign = marker?.foreign();
      if (foreign) return describeForeign(foreign);
      return leader?.problem() ?? marker?.problem();
    },
    async run(stop, work) {
      if (stop.aborted) gate.endWithin(STOP_MS);
      else stop.addEventListener("abort", () => gate.endWithin(STOP_MS), { once: true });
      if (leader) {
        const standingBy = marker?.standBy(stop);
        await leader.run(stop, (lost) => runWithMarker(stop, lost, work));
        await standingBy;
      } else await runWithMarker(stop, new AbortController().signal, work);
      // If this process has lost its leader Lease, the API server may still execute a write that got no response. The
      // process keeps the marker Lease until the API server can no longer execute such a write.
      await untilAnswered();
      // If another replica of this operator becomes the leader, for example during an upgrade, it uses the same marker
      // Lease. In this case, this process does not release the Lease, because the release would allow the cluster-wide
      // operator to write to the namespace.
      if (marker && !await leader?.hasSuccessor(SUCCESSION_MS)) await marker.release();
      await recorder.flush();
    },
  };
}

function describeForeign(marker: Lease): string {
  const { metadata: { namespace, name }, spec } = marker;
  const installation = installationOf(marker);
  const owner = installation ? `installation "${installation}"` : "another installation";
  return `Another operator, "${spec?.holderIdentity ?? ""}" of ${owner}, holds Lease ` +
    `"${namespace}/${name}": uninstall one of the two operators; this one waits until the Lease expires`;
}
