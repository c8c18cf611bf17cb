import type { V1PodFailurePolicy } from "@kubernetes/client-node";
import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import { PARTITION } from "../../crds/partition_labels.ts";
import type { Job } from "../../kube/builtin.ts";
import { EXIT } from "../../partition/report.ts";
import { withController } from "../apply/ownership.ts";
import type { PartitionConfig } from "./config.ts";
import { CONTAINER, container } from "./container.ts";
import { jobName } from "./job_name.ts";
import { secretName } from "./secret.ts";

/** As the pods were labelled before there was this operator; dashboards may select by it. */
const APP = "ddbctl-dp";
const DEFAULT_BACKOFF_LIMIT = 6;

/** Selects the Jobs and pods of partition jobs. */
export const PARTITION_SELECTOR = PARTITION.uidLabel;

/**
 * The Job of a DdbctlDpJob. It is created once and, but for its suspension and its end, never changed: the template of a
 * Job is immutable. It has no time to live yet, and it cannot vanish before its outcome is recorded, because of its
 * finalizer.
 */
export function jobManifest(object: DdbctlDpJob, config: PartitionConfig): Job {
  const { metadata: { name, namespace, uid = "" }, spec } = object;
  const { activeDeadlineSeconds, backoffLimit = DEFAULT_BACKOFF_LIMIT, serviceAccountName } = spec;
  const labels = {
    app: APP,
    "app.kubernetes.io/managed-by": "dynamo-operator",
    [PARTITION.uidLabel]: uid,
  };
  const manifest: Job = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: jobName(name),
      ...(namespace && { namespace }),
      labels,
      annotations: { [PARTITION.nameAnnotation]: name },
      finalizers: [PARTITION.finalizer],
    },
    spec: {
      suspend: spec.suspend ?? false,
      backoffLimit,
      ...(activeDeadlineSeconds !== undefined && { activeDeadlineSeconds }),
      // One pod at a time: the next begins when the one before has ended.
      podReplacementPolicy: "Failed",
      podFailurePolicy: FAILURE_POLICY,
      template: {
        // Nothing else keeps a pod that is deleted until its end is recorded: the Job controller lets those of a Job that
        // is suspended or deleted go at once, uncounted.
        metadata: {
          labels,
          annotations: { [PARTITION.nameAnnotation]: name },
          finalizers: [PARTITION.finalizer],
        },
        spec: {
          restartPolicy: "Never",
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          ...(serviceAccountName && { serviceAccountName }),
          securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
          containers: [container(spec, secretName(object), config)],
        },
      },
    },
  };
  return withController(manifest, object);
}

/** What cannot succeed is not tried again; what the cluster interrupted does not count as a failure. */
const FAILURE_POLICY: V1PodFailurePolicy = {
  rules: [
    {
      action: "FailJob",
      onExitCodes: { containerName: CONTAINER, operator: "In", values: [EXIT.usage, EXIT.fatal] },
    },
    { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
  ],
};
