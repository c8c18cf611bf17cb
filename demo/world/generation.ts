import type { ObjectMeta } from "../../kube/object.ts";

/** Whether the status of an object was computed from its newest generation; what there is no status of, was not. */
export function hasSeenNewest(
  { metadata, status }: {
    metadata: ObjectMeta;
    status?: { observedGeneration?: number | undefined } | undefined;
  },
): boolean {
  return (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
}
