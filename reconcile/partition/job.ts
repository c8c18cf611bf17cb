import type { V1PodFailurePolicy, V1PodSpec } from "@kubernetes/client-node";
import type { JobPodSettings } from "../../crds/fields/job_pod_settings.ts";
import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import { partitionTarget } from "../../crds/kinds/partition_target.ts";
import { LABELS, MANAGER, PARTITION } from "../../crds/labels.ts";
import type { Job, Secret } from "../../kube/builtin.ts";
import { EXIT, PARTITION_VALUE } from "../../partition/report.ts";
import { withController } from "../apply/ownership.ts";
import { sha256Hex } from "../dynamo/names.ts";
import { caVolumes, CONTAINER, container, limitsItems, type PartitionConfig } from "./container.ts";

/**
 * Value of the label `app`. The tool that this operator replaces sets the same value, and dashboards may filter by it.
 */
const APP = "ddbctl-dp";
const DEFAULT_BACKOFF_LIMIT = 6;

/** Label selector of the Jobs and pods of partition deletions. */
export const PARTITION_SELECTOR = PARTITION.uidLabel;

/**
 * Returns the Job of a DdbctlDpJob. After the creation, the operator changes only `suspend`, the deadline, the TTL and
 * the finalizer, because the template of a Job is immutable. The finalizer keeps the Job until its result is in the
 * status of the DdbctlDpJob. Then the operator sets the TTL.
 */
export function jobManifest(object: DdbctlDpJob, config: PartitionConfig): Job {
  const { metadata: { name, namespace, uid = "" }, spec } = object;
  const { activeDeadlineSeconds, backoffLimit = DEFAULT_BACKOFF_LIMIT, serviceAccountName } = spec;
  // The operator's finalizer keeps a deleted pod until its result is recorded. The Job controller's finalizer is not
  // enough: the Job controller removes it immediately from the pods of a suspended or deleted Job.
  const metadata = {
    labels: {
      app: APP,
      [LABELS.appManagedBy]: MANAGER,
      [PARTITION.uidLabel]: uid,
    },
    annotations: { [PARTITION.nameAnnotation]: name },
    finalizers: [PARTITION.finalizer],
  };
  const manifest: Job = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: jobName(name), ...(namespace && { namespace }), ...metadata },
    spec: {
      suspend: spec.suspend ?? false,
      backoffLimit,
      ...(activeDeadlineSeconds !== undefined && { activeDeadlineSeconds }),
      // With this policy, the Job controller creates the next pod only after the previous pod has ended.
      podReplacementPolicy: "Failed",
      podFailurePolicy: FAILURE_POLICY,
      template: {
        metadata: {
          ...metadata,
          labels: { ...metadata.labels, ...NO_INJECTION },
          annotations: { ...metadata.annotations, ...NO_INJECTION, [PARTITION.uidLabel]: uid },
        },
        spec: {
          restartPolicy: "Never",
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          ...(serviceAccountName && { serviceAccountName }),
          securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
          containers: [container(object, secretName(object), config)],
          ...podFields(config.pod),
          ...(limitsItems(spec) && { schedulingGates: [{ name: PARTITION.gate }] }),
        },
      },
    },
  };
  return withController(manifest, object);
}

/** Returns the fields of the PodSpec that the administrator has set. */
function podFields(settings: JobPodSettings): Partial<V1PodSpec> {
  const { resources: _resources, env: _env, caConfigMap: _caConfigMap, ...fields } = settings;
  const volumes = caVolumes(settings);
  return { ...fields, ...(volumes.length > 0 && { volumes }) };
}

/**
 * Returns the Secret that passes the partition value to the pod, so that pods and Jobs do not contain the value. The
 * Secret is immutable. A DdbctlDpJob always gets the same Secret, because the value in its spec is immutable.
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

/**
 * Labels and annotations that prevent service meshes from adding a sidecar container to the pod. Such a container could
 * keep the pod running after the container that deletes the partition has ended.
 */
const NO_INJECTION = {
  "consul.hashicorp.com/connect-inject": "false",
  "kuma.io/sidecar-injection": "disabled",
  "linkerd.io/inject": "disabled",
  "sidecar.istio.io/inject": "false",
};

/**
 * With this policy, the Job controller does not retry after fatal errors, and does not count disruptions as failures.
 */
const FAILURE_POLICY: V1PodFailurePolicy = {
  rules: [
    {
      action: "FailJob",
      onExitCodes: { containerName: CONTAINER, operator: "In", values: [EXIT.usage, EXIT.fatal] },
    },
    { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
  ],
};

/** Maximum length of a Job name. The Job controller uses the name as a label value on the pods of the Job. */
const MAX_JOB_NAME = 63;
const SUFFIX = "-job";

/** Returns the name of the Job of a DdbctlDpJob: `NAME-job`. The function truncates a long name and adds a hash. */
export function jobName(name: string): string {
  if (name.length + SUFFIX.length <= MAX_JOB_NAME) return name + SUFFIX;
  const suffix = `-${sha256Hex(name, 8)}${SUFFIX}`;
  return name.slice(0, MAX_JOB_NAME - suffix.length).replace(/[-.]+$/, "") + suffix;
}

/** Returns the name of the Secret of an object. A hash of the UID makes the name unique and unpredictable. */
export function secretName({ metadata: { name, uid = "" } }: DdbctlDpJob): string {
  return `${jobName(name)}-${sha256Hex(uid, 16)}`;
}
