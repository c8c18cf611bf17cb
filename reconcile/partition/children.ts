import { PARTITION } from "../../crds/labels.ts";
import { ddbctlDpJobNames } from "../../crds/names.ts";
import { type Job, jobs, pods } from "../../kube/builtin.ts";
import { type KubeObject, objectKey } from "../../kube/object.ts";
import { rule } from "../../kube/policy_rules.ts";
import { withoutApplyHistory } from "../dynamo/projection.ts";
import { partitionJobs } from "../dynamo/resources.ts";
import { childKind, CHILDREN_SETTLE_MS, ownKind } from "../engine/child_kind.ts";
import { controllerKey } from "../engine/watch.ts";
import { PARTITION_SELECTOR } from "./job.ts";
import { partitionPod } from "./pod.ts";

/** Returns all kinds that the controller of partition jobs reads and writes. */
export function partitionKinds() {
  const planned = { labelSelector: PARTITION_SELECTOR, settleMs: CHILDREN_SETTLE_MS };
  return {
    // The store may be stale, so the controller gets the object from the API server before an irreversible step.
    own: ownKind({ resource: partitionJobs, project: withoutApplyHistory, verbs: ["get"] }),
    children: {
      jobs: childKind({
        ...planned,
        resource: jobs,
        writtenDirectly: true,
        project: withoutApplyHistory,
        indexes: { [BY_OBJECT]: objectsOfJob },
        keys: objectsOfJob,
        verbs: ["get", "create", "patch", "delete"],
      }),
      pods: childKind({
        ...planned,
        resource: pods,
        project: partitionPod,
        indexes: { [BY_OBJECT]: namedObjects },
        keys: namedObjects,
        verbs: ["patch", "delete"],
      }),
    },
    // The operator creates the Secret with the partition value, but never reads or changes the Secret. The operator
    // lists events, because only events show why a pod cannot be created.
    rules: [rule("", ["secrets"], ["create"]), rule("", ["events"], ["list"])],
  };
}

/** Name of the index that finds Jobs and pods by the key of their DdbctlDpJob. */
export const BY_OBJECT = "object";

const byOwner = controllerKey(ddbctlDpJobNames);

/** Returns the key of the DdbctlDpJob that owns a Job. For an orphaned Job, returns the key in its annotations. */
export function objectsOfJob(job: Job): string[] {
  const owners = byOwner(job);
  return owners.length > 0 ? owners : namedObjects(job);
}

/** Returns the key of the DdbctlDpJob that is named in the annotations of a Job or a pod. */
function namedObjects({ metadata: { namespace, annotations } }: KubeObject): string[] {
  const name = annotations?.[PARTITION.nameAnnotation];
  return name ? [objectKey({ namespace, name })] : [];
}
