import { type Lease, leases } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import { microTime } from "../../kube/micro_time.ts";
import { MARKER_NAME } from "../../lease/marker_lease.ts";

/** A marker that is not one of our operator's: as upstream's writes it, or as a user does by hand. */
export interface HandMarker extends AsyncDisposable {
  /** Stops renewing it, and leaves it. */
  stop(): Promise<void>;
}

const RENEW_MS = 500;

/** Creates a marker without an annotation, from somebody who has that right; what `spec` leaves out stays out. */
export async function writeMarker(
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

/** Renews the marker of a namespace, whoever's it is, as upstream's operator does: the times of the renewal only. */
export function renewMarker(client: Pick<Client, "patch">, namespace: string): HandMarker {
  let over = false;
  const renewing = (async () => {
    while (!over) {
      const body = { spec: { renewTime: microTime(Date.now()) } };
      await client.patch(leases, { namespace, name: MARKER_NAME }, { type: "merge", body });
      await new Promise((resolve) => setTimeout(resolve, RENEW_MS));
    }
  })();
  const stop = async () => {
    over = true;
    await renewing;
  };
  return { stop, [Symbol.asyncDispose]: stop };
}
