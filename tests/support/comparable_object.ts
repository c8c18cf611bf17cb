import type { KubeObject } from "../../kube/object.ts";

/** What is the server's, or differs from one making of an object to the next. */
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
 * What an object says, comparable with another making of it: without status, UIDs, times and versions, addresses, and
 * what only the API server fills in. Owners keep their names.
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

/** A Service asks to be headless by its address; that is no address of the server's. */
function comparableSpec(kind: string, spec: unknown): unknown {
  if (kind !== "Service" || typeof spec !== "object" || spec === null) return spec;
  return (spec as Fields)["clusterIP"] === "None" ? spec : without(spec, SERVER_SPEC);
}

function without(fields: object, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}
