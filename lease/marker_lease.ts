import type { Lease } from "../kube/builtin.ts";

/** The Lease by which a namespace-scoped operator tells the cluster-wide one to keep out of its namespace. */
export const MARKER_NAME = "dynamo-operator-namespace-scope";

/** For list and watch; it also makes a right that is limited to this name good for all namespaces. */
export const MARKER_SELECTOR = `metadata.name=${MARKER_NAME}`;

/** Says which installation holds the marker; the holder itself names a version only. */
export const INSTALLATION = "nvidia.com/dynamo-operator-installation";

export function installationOf({ metadata }: Lease): string | undefined {
  return metadata.annotations?.[INSTALLATION];
}
