import { type Lease, leases } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import { microTime } from "../../kube/clock.ts";
import { MARKER_NAME } from "../../lease/marker_lease.ts";

export interface LeaseRenewal extends AsyncDisposable {
  /** Stops renewing the Lease, so that it can expire. Does not delete the Lease. */
  stop(): Promise<void>;
}

const RENEW_MS = 500;

/** Creates a marker Lease with exactly this spec and without annotations, as the Go operator or a user creates it. */
export async function createMarkerLease(
  client: Pick<Client, "create">,
  namespace: string,
  spec: NonNullable<Lease["spec"]>,
): Promise<Lease> {
  return await client.create<Lease>(leases, {
    apiVersion: leases.apiVersion,
    kind: leases.kind,
    metadata: { name: MARKER_NAME, namespace },
    spec,
  } as Lease);
}

/** Starts to renew a namespace's marker Lease. As in the Go operator, a renewal sets only `renewTime`. */
export function renewMarkerLease(client: Pick<Client, "patch">, namespace: string): LeaseRenewal {
  let stopped = false;
  const renewing = (async () => {
    while (!stopped) {
      const body = { spec: { renewTime: microTime(Date.now()) } };
      await client.patch(leases, { namespace, name: MARKER_NAME }, { type: "merge", body });
      await new Promise((resolve) => setTimeout(resolve, RENEW_MS));
    }
  })();
  const stop = async () => {
    stopped = true;
    await renewing;
  };
  return { stop, [Symbol.asyncDispose]: stop };
}
