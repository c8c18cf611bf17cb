import type { KubeObject } from "../../kube/object.ts";

/** Metadata fields that the API server sets. Their values differ when an object is deleted and created again. */
const SERVER_METADATA = [
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "managedFields",
];
const SERVER_ANNOTATIONS = ["deployment.kubernetes.io/revision"];
const SERVER_SPEC = ["clusterIP", "clusterIPs"];

type Fields = Record<string, unknown>;

/**
 * Returns the fields of an object that stay the same when the object is deleted and created again. The result omits
 * status, UIDs, times, versions, addresses and other fields that the API server sets. Owner references keep the name of
 * the owner, but not the UID.
 */
export function comparableObject(object: KubeObject): Fields {
  const { metadata, status: _status, spec, ...rest } = object as KubeObject & Fields;
  const { ownerReferences = [], annotations = {}, ...others } = metadata;
  return {
    ...rest,
    metadata: {
      ...without(others, SERVER_METADATA),
      annotations: without(annotations, SERVER_ANNOTATIONS),
      ownerReferences: ownerReferences.map(({ uid: _uid, ...owner }) => owner)
        .sort((a, b) => a.name < b.name ? -1 : 1),
    },
    ...(spec !== undefined && { spec: comparableSpec(object.kind, spec) }),
  };
}

/** Removes the cluster IPs that the API server chose for a Service. A headless Service keeps its cluster IP "None". */
function comparableSpec(kind: string, spec: unknown): unknown {
  if (kind !== "Service" || typeof spec !== "object" || spec === null) return spec;
  return (spec as Fields)["clusterIP"] === "None" ? spec : without(spec, SERVER_SPEC);
}

function without(fields: object, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}
