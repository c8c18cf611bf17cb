import type { DdbctlDpJob } from "../../crds/partition_job.ts";
import { PARTITION } from "../../crds/partition_labels.ts";
import { partitionTarget } from "../../crds/partition_target.ts";
import type { Secret } from "../../kube/builtin.ts";
import { withController } from "../engine/claim.ts";
import { jobName } from "./job_name.ts";

/** The key in the Secret, and the variable in the pod, that hold the partition's value. */
export const PARTITION_VALUE = "PARTITION_VALUE";

/**
 * The Secret by which the partition's value gets into the pod: it is in no argument, and whoever may read pods and Jobs
 * does not see it. Nobody can change it, and nobody can have made one of that name before.
 *
 * @param suffix random
 */
export function secretManifest(object: DdbctlDpJob, suffix: string): Secret {
  const { metadata: { name, namespace, uid = "" }, spec } = object;
  const manifest: Secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: `${jobName(name)}-${suffix}`,
      ...(namespace && { namespace }),
      labels: { [PARTITION.uidLabel]: uid },
    },
    type: "Opaque",
    immutable: true,
    stringData: { [PARTITION_VALUE]: partitionTarget(spec).partitionValue },
  };
  return withController(manifest, object);
}
