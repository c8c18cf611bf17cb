import { FINALIZER } from "../../crds/labels.ts";
import type { Cluster } from "../../devcluster/cluster.ts";
import type { KubeObject, OwnerReference } from "../../kube/object.ts";
import { graphs } from "../../reconcile/dynamo/resources.ts";

/** Field manager of the Go operator. */
const MANAGER = "manager";
/** The annotations that the Go operator sets on each object that it updates. The value of the hash has no effect. */
const RECORDS = {
  "nvidia.com/last-applied-hash":
    "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
  "nvidia.com/last-applied-generation": "1",
};

/**
 * An object as the Go operator leaves it. Its owner references lack UIDs: {@link createAsGoOperator} adds the UIDs of
 * owners that it creates in the same call.
 */
export type GoObject =
  & Omit<KubeObject, "metadata">
  & { metadata: Omit<KubeObject["metadata"], "ownerReferences"> & { ownerReferences?: GoOwner[] } }
  & Record<string, unknown>;

type GoOwner = Omit<OwnerReference, "uid">;

/**
 * Creates objects in a namespace as the Go operator does. The create requests use the Go operator's field manager
 * `manager`, which then owns all fields, including the defaults of the API server. The graphs are created as a
 * user would create them, and then get the Go operator's finalizer.
 */
export async function createAsGoOperator(
  { kubectl }: Pick<Cluster, "kubectl">,
  namespace: string,
  objects: readonly GoObject[],
): Promise<void> {
  const uids = new Map<string, string>();
  let left = [...objects];
  while (left.length > 0) {
    const ready = left.filter((object) => owners(object).every((owner) => uids.has(keyOf(owner))));
    if (ready.length === 0) throw new Error(`Cannot find the owners of ${left.map(nameOf)}`);
    for (const isGraph of [true, false]) {
      const group = ready.filter(({ kind }) => (kind === graphs.kind) === isGraph);
      if (group.length > 0) await create(group, isGraph ? "kubectl-create" : MANAGER);
    }
    left = left.filter((object) => !ready.includes(object));
  }
  for (const object of objects) await complete(object);

  async function create(group: readonly GoObject[], manager: string) {
    const items = group.map((object) => withOwners(object, uids));
    const output = await kubectl(
      [
        ...["create", "-n", namespace, `--field-manager=${manager}`, "--validate=ignore"],
        ...["-f", "-", "-o", 'jsonpath={.kind}/{.metadata.name} {.metadata.uid}{"\\n"}'],
      ],
      JSON.stringify({ apiVersion: "v1", kind: "List", items }),
    );
    for (const line of output.trim().split("\n")) {
      const [key = "", uid = ""] = line.split(" ");
      uids.set(key, uid);
    }
  }

  /** Writes the parts that the Go operator adds to a created object: the finalizer of a graph, and the status. */
  async function complete({ apiVersion, kind, metadata, ...content }: GoObject) {
    if (!apiVersion.startsWith(`${graphs.group}/`)) return;
    // The resource includes the version and the group, because another CRD of the cluster may have the same kind.
    const resource = [kind, ...apiVersion.split("/").reverse()].join(".");
    const patch = (body: unknown, ...args: string[]) =>
      kubectl([
        ...["patch", resource, metadata.name, "-n", namespace, "--type=merge"],
        ...[`--field-manager=${MANAGER}`, "-p", JSON.stringify(body), ...args],
      ]);
    if (kind === graphs.kind) await patch({ metadata: { finalizers: [FINALIZER] } });
    const { status } = content;
    if (status) await patch({ status }, "--subresource=status");
  }
}

function withOwners(object: GoObject, uids: ReadonlyMap<string, string>): unknown {
  const { finalizers, ...metadata } = object.metadata;
  const ownerReferences = owners(object).map((owner) => ({
    ...owner,
    uid: uids.get(keyOf(owner)),
  }));
  const isSynced = ownerReferences.some(({ controller }) => controller);
  return {
    ...object,
    metadata: {
      ...metadata,
      ...(object.kind !== graphs.kind && { finalizers }),
      ...(isSynced && { annotations: { ...metadata.annotations, ...RECORDS } }),
      ownerReferences,
    },
  };
}

function owners({ metadata }: GoObject): GoOwner[] {
  return metadata.ownerReferences ?? [];
}

function keyOf({ kind, name }: { kind: string; name: string }): string {
  return `${kind}/${name}`;
}

function nameOf({ kind, metadata }: GoObject): string {
  return keyOf({ kind, name: metadata.name });
}
