import { jobs, pods } from "../../kube/builtin.ts";
import { rule } from "../../kube/policy_rules.ts";
import { withoutApplyHistory } from "../dynamo/projection.ts";
import { partitionJobs } from "../dynamo/resources.ts";
import { childKind, CHILDREN_SETTLE_MS, ownKind } from "../engine/child_kind.ts";
import { PARTITION_SELECTOR } from "./job.ts";
import { partitionPod } from "./pod.ts";
import { BY_OBJECT, namedObjects, objectsOfJob } from "./watch_keys.ts";

/** Returns all kinds that the controller of partition jobs reads and writes. */
export function partitionKinds() {
  const planned = { labelSelector: PARTITION_SELECTOR, settleMs: CHILDREN_SETTLE_MS };
  return {
    // Stores may be stale, so the controller reads the object from the API server before an irreversible step.
    own: ownKind({ resource: partitionJobs, project: withoutApplyHistory, verbs: ["get"] }),
    children: {
      jobs: childKind({
        ...planned,
        resource: jobs,
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
    // The Secret with the value of a partition is created, and never read or changed.
    rules: [rule("", ["secrets"], ["create"])],
  };
}
