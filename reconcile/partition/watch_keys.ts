import { ddbctlDpJobNames } from "../../crds/names.ts";
import { PARTITION } from "../../crds/labels.ts";
import type { Job } from "../../kube/builtin.ts";
import { type KubeObject, objectKey } from "../../kube/object.ts";
import { controllerKey } from "../engine/watch.ts";

/** Index of Jobs and pods by the key of their DdbctlDpJob. */
export const BY_OBJECT = "object";

const byOwner = controllerKey(ddbctlDpJobNames);

/** Returns the key of the DdbctlDpJob that owns a Job, or that an orphaned Job names. */
export function objectsOfJob(job: Job): string[] {
  const owners = byOwner(job);
  return owners.length > 0 ? owners : namedObjects(job);
}

/** Returns the key of the DdbctlDpJob that a Job or a pod names. */
export function namedObjects({ metadata: { namespace, annotations } }: KubeObject): string[] {
  const name = annotations?.[PARTITION.nameAnnotation];
  return name ? [objectKey({ namespace, name })] : [];
}
