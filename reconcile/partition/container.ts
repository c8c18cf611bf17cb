import type { V1Container, V1EnvVar, V1Volume } from "@kubernetes/client-node";
import type { JobPodSettings } from "../../crds/fields/job_pod_settings.ts";
import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import type { PartitionJobSpec } from "../../crds/kinds/partition_job_spec.ts";
import { partitionTarget } from "../../crds/kinds/partition_target.ts";
import { PARTITION } from "../../crds/labels.ts";
import { valueDigest } from "../../partition/value_digest.ts";
import { PARTITION_VALUE, PROGRESS_PORT, PROGRESS_PORT_NAME } from "../../partition/report.ts";

/** Configuration of partition deletions, from the flags of the operator. */
export interface PartitionConfig {
  /** Image of the containers that delete partitions: the operator's own image, or "" if it is not set. */
  image: string;
  /** Glob patterns of the allowed tables; an empty list allows every table. */
  tableAllow: readonly string[];
  pod: JobPodSettings;
}

/** Name of the container that deletes the partition. */
export const CONTAINER = "ddbctl-delete-partition";
/** Environment variable with the number of items that a pod may delete. The operator sets it before the pod starts. */
const MAX_ITEMS = "MAX_ITEMS";
const TERMINATION_LOG = "/termination-log";

const CA_VOLUME = "ca";
const CA_FOLDER = "/etc/dynamo-operator/ca";
const CA_KEY = "ca.crt";

/** Returns the volume with the certificates of private CAs; an empty list if no CA is configured. */
export function caVolumes({ caConfigMap }: JobPodSettings): V1Volume[] {
  if (caConfigMap === undefined) return [];
  const items = [{ key: CA_KEY, path: CA_KEY }];
  return [{ name: CA_VOLUME, configMap: { name: caConfigMap, items } }];
}

function caEnv({ caConfigMap }: JobPodSettings): V1EnvVar[] {
  return caConfigMap === undefined ? [] : [{ name: "DENO_CERT", value: `${CA_FOLDER}/${CA_KEY}` }];
}

/** Returns the container that deletes the partition. */
export function container(
  { metadata: { uid = "" }, spec }: DdbctlDpJob,
  secretName: string,
  config: PartitionConfig,
): V1Container {
  return {
    name: CONTAINER,
    image: config.image,
    args: deletionArgs(spec, uid, config.tableAllow),
    // The operator's variables are last, so that the administrator's variables cannot override them.
    env: [...config.pod.env ?? [], ...caEnv(config.pod), ...env(spec, secretName)],
    ports: [{ name: PROGRESS_PORT_NAME, containerPort: PROGRESS_PORT, protocol: "TCP" }],
    // These defaults fit every partition, because the memory usage of the program does not depend on the number of
    // items.
    resources: config.pod.resources ?? {
      requests: { cpu: "100m", memory: "128Mi" },
      limits: { cpu: "1", memory: "512Mi" },
    },
    ...(config.pod.caConfigMap && {
      volumeMounts: [{ name: CA_VOLUME, mountPath: CA_FOLDER, readOnly: true }],
    }),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    terminationMessagePath: TERMINATION_LOG,
    terminationMessagePolicy: "File",
  };
}

/**
 * Returns the arguments of the program, without the partition value. Each flag and its value are one argument, so
 * that a table named `--help` is not parsed as a flag.
 */
function deletionArgs(
  spec: PartitionJobSpec,
  uid: string,
  tableAllow: readonly string[],
): string[] {
  const { tableName, partitionValue, endpointURL, awsRegion } = partitionTarget(spec);
  const { keyType, dryRun, itemsPerSecond, maxConcurrency } = spec;
  // `$$` escapes `$`. Otherwise, the kubelet would replace `$(NAME)` in arguments, even with values from a Secret. See
  // https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
  const given = (flag: string, value: string | number | undefined) =>
    value === undefined ? [] : [`--${flag}=${String(value).replaceAll("$", () => "$$")}`];
  return [
    "delete-partition",
    ...given("table-name", tableName),
    ...given("endpoint-url", endpointURL),
    ...given("region", awsRegion),
    "--skip-confirmation",
    ...given("key-type", keyType),
    ...(dryRun ? ["--dry-run"] : []),
    ...(limitsItems(spec) ? [`--max-items=$(${MAX_ITEMS})`] : []),
    ...given("items-per-second", itemsPerSecond),
    ...given("max-concurrency", maxConcurrency),
    // If the user provides a Secret, the operator does not know the partition value and cannot compute a digest.
    ...given("value-digest", partitionValue ? valueDigest(partitionValue, uid) : undefined),
    ...tableAllow.flatMap((glob) => given("table-allow", glob)),
    // The brackets are required for an IPv6 address, and allowed for an IPv4 address.
    `--progress-address=[$(POD_IP)]:${PROGRESS_PORT}`,
    `--termination-log=${TERMINATION_LOG}`,
  ];
}

/** Returns whether a deletion limits the total number of items that its pods may delete. */
export function limitsItems({ maxItems, dryRun }: PartitionJobSpec): boolean {
  return maxItems !== undefined && !dryRun;
}

function env(spec: PartitionJobSpec, secretName: string): V1EnvVar[] {
  const { credentials, partitionValueFrom } = spec;
  const fromSecret = (name: string, secret: string, optional?: true): V1EnvVar => ({
    name,
    valueFrom: { secretKeyRef: { name: secret, key: name, ...(optional && { optional }) } },
  });
  const secretKeyRef = partitionValueFrom?.secretKeyRef;
  return [
    { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
    secretKeyRef
      ? { name: PARTITION_VALUE, valueFrom: { secretKeyRef } }
      : fromSecret(PARTITION_VALUE, secretName),
    ...(limitsItems(spec)
      ? [{
        name: MAX_ITEMS,
        valueFrom: {
          fieldRef: { fieldPath: `metadata.annotations['${PARTITION.maxItemsAnnotation}']` },
        },
      }]
      : []),
    ...(credentials
      ? [
        fromSecret("AWS_ACCESS_KEY_ID", credentials.secretName),
        fromSecret("AWS_SECRET_ACCESS_KEY", credentials.secretName),
        fromSecret("AWS_SESSION_TOKEN", credentials.secretName, true),
      ]
      : []),
  ];
}
