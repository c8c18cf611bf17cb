import { createHash } from "node:crypto";
import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import { PARTITION } from "../../crds/partition_labels.ts";
import { partitionTarget } from "../../crds/kinds/partition_target.ts";
import type { Secret } from "../../kube/builtin.ts";
import { withController } from "../apply/ownership.ts";
import { PARTITION_VALUE } from "../../partition/report.ts";
import { jobName } from "./job_name.ts";

const HASH_LENGTH = 16;

/** The name of the Secret of an object: nobody can foresee the UID, and no other object has it. */
export function secretName({ metadata: { name, uid = "" } }: DdbctlDpJob): string {
  const hash = createHash("sha256").update(uid).digest("hex").slice(0, HASH_LENGTH);
  return `${jobName(name)}-${hash}`;
}

/**
 * The Secret by which the partition's value gets into the pod: it is in no argument, and whoever may read pods and Jobs
 * does not see it. Nobody can change it. It is the same each time it is made, since the value in the spec is immutable.
 */
export function secretManifest(object: DdbctlDpJob): Secret {
  const { metadata: { namespace, uid = "" }, spec } = object;
  const manifest: Secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: secretName(object),
      ...(namespace && { namespace }),
      labels: { [PARTITION.uidLabel]: uid },
    },
    type: "Opaque",
    immutable: true,
    stringData: { [PARTITION_VALUE]: partitionTarget(spec).partitionValue },
  };
  return withController(manifest, object);
}
