import { FINALIZER } from "../../crds/labels.ts";
import type { KubeObject } from "../../kube/object.ts";
import { setFinalizers, type WriteTarget } from "../engine/object_writes.ts";

/** Removes the finalizer of the Go operator from an object that is being deleted. Keeps all other finalizers. */
export async function removeFinalizer(
  target: WriteTarget<KubeObject>,
  object: KubeObject | undefined,
): Promise<void> {
  const { deletionTimestamp, finalizers = [] } = object?.metadata ?? {};
  if (!object || !deletionTimestamp || !finalizers.includes(FINALIZER)) return;
  await setFinalizers(target, object, finalizers.filter((finalizer) => finalizer !== FINALIZER));
}
