import type { Lease } from "../../kube/builtin.ts";
import type { ScopeOptions } from "../scope.ts";
import { leaseServer } from "./lease_server.ts";

/** An API server in memory that serves marker Leases to one watch. */
export interface MarkerServer {
  readonly client: ScopeOptions["client"];
  lists(): number;
  /** Whether list requests currently fail. */
  failing: boolean;
  watchPaused: boolean;
  /** Creates or renews a namespace's marker Lease. */
  mark(
    namespace: string,
    renewTime: string,
    spec?: Partial<NonNullable<Lease["spec"]>>,
    annotations?: Record<string, string>,
  ): void;
  /** Changes the labels of a marker Lease without a renewal. */
  label(namespace: string): void;
  unmark(namespace: string): void;
}

/** Creates a server that stores no Leases yet; `name` is the name of all marker Leases. */
export function markerServer(name: string): MarkerServer {
  const leases = leaseServer();
  let lists = 0;
  const { watch } = leases.client("scope", () => server.watchPaused);
  const server: MarkerServer = {
    failing: false,
    watchPaused: false,
    lists: () => lists,
    mark(namespace, renewTime, spec, annotations = {}) {
      const content = {
        holderIdentity: "namespace-restricted-operator-1.0",
        leaseDurationSeconds: 30,
        renewTime,
        ...spec,
      };
      leases.put({ namespace, name }, { metadata: { name, annotations }, spec: content });
    },
    label: (namespace) =>
      leases.put({ namespace, name }, { metadata: { name, labels: { a: "b" } } }),
    unmark: (namespace) => leases.put({ namespace, name }, undefined),
    // The client interface is generic, but this server serves only Leases.
    client: {
      watch,
      pages: leases.client("scope").pages,
      async list() {
        await undefined;
        lists++;
        if (server.failing) throw new Error("Cannot list: cut off");
        return leases.list();
      },
    } as unknown as ScopeOptions["client"],
  };
  return server;
}
