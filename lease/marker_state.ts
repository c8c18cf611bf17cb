import type { Lease } from "../kube/builtin.ts";
import { microTime } from "../kube/clock.ts";
import { HOLDER, INSTALLATION, installationOf, WRITING } from "./marker_lease.ts";
import { lossReason } from "./hold_lease.ts";
import type { LeaseContent } from "./watched_lease.ts";

/** Phase of this process: whether it holds its namespace's marker Lease, and whether it writes to the namespace. */
export type MarkerPhase =
  /** The process does not hold the Lease. If `foreign` is set, another operator holds it and the process waits. */
  | { name: "standby"; foreign?: Lease | undefined }
  /** The process holds the Lease and waits for the handover delay. */
  | { name: "waiting" }
  /** The process holds the Lease and writes to the namespace. */
  | { name: "writing" }
  /** The process has stopped writing. `renewed` is the Lease as the process stored it with its last renewal. */
  | { name: "ended"; hasWritten: boolean; renewed?: Lease | undefined };

/** Values that an operator writes into its marker Lease. */
export interface MarkerIdentity {
  /** Version of this operator; `holderIdentity` is `namespace-restricted-operator-<version>`. */
  version: string;
  /** Name of this operator installation, the same in all versions: `<namespace>/<leader lease>/<release>`. */
  installation: string;
  /** Time from a renewal until the Lease expires. */
  durationSeconds: number;
}

/** Phase of this process, and the fields of its marker Lease that depend on the phase. */
export interface MarkerState {
  readonly phase: MarkerPhase;
  /**
   * Starts a phase. Calls `onForeign` when this process starts or stops waiting for a foreign holder, and when the
   * foreign holder changes.
   */
  enter(phase: MarkerPhase): void;
  /** Returns whether this operator installation wrote the Lease. */
  isOurs(marker: Lease): boolean;
  /** Returns the reason why this process does not hold the stored Lease, or undefined if it does. */
  lossReason(marker: Lease): string | undefined;
  /** Returns the fields of the Lease that a renewal writes. */
  renewal(): LeaseContent;
  /** Returns the fields of a new Lease. */
  creation(): LeaseContent;
}

/** Creates the {@linkcode MarkerState} of a process that does not hold its marker Lease yet. */
export function createMarkerState(
  { version, installation, durationSeconds }: MarkerIdentity,
  nowMs: () => number,
  onForeign: (marker: Lease | undefined) => void,
): MarkerState {
  let phase: MarkerPhase = { name: "standby" };
  const isOurs = (marker: Lease) => installationOf(marker) === installation;
  const holderIdentity = `namespace-restricted-operator-${version}`;
  const identity = { [INSTALLATION]: installation, [HOLDER]: holderIdentity };
  const spec = (): LeaseContent["spec"] & { renewTime: string } => ({
    holderIdentity,
    leaseDurationSeconds: durationSeconds,
    renewTime: microTime(nowMs()),
  });
  return {
    get phase() {
      return phase;
    },
    enter(next) {
      const before = foreignHolder(phase);
      phase = next;
      const holder = foreignHolder(next);
      if (holder !== before) onForeign(next.name === "standby" ? next.foreign : undefined);
    },
    isOurs,
    lossReason: (marker) => lossReason(marker, { isHolder: isOurs(marker), durationSeconds }),
    renewal() {
      const writing = phase.name === "writing" || (phase.name === "ended" && phase.hasWritten);
      const annotations = { ...identity, [WRITING]: writing ? "true" : null };
      return { annotations, spec: spec() };
    },
    creation() {
      const { renewTime, ...rest } = spec();
      return { annotations: identity, spec: { ...rest, renewTime, acquireTime: renewTime } };
    },
  };
}

/** Returns the installation and holder of the foreign Lease as JSON, or undefined without a foreign Lease. */
function foreignHolder(phase: MarkerPhase): string | undefined {
  const foreign = phase.name === "standby" ? phase.foreign : undefined;
  return foreign && JSON.stringify([installationOf(foreign), foreign.spec?.holderIdentity]);
}
