import type { V1Container, V1EnvVar } from "@kubernetes/client-node";
import type { PartitionJobSpec } from "../../crds/kinds/partition_job_spec.ts";
import { partitionTarget } from "../../crds/kinds/partition_target.ts";
import { PARTITION_VALUE, PROGRESS_PORT, PROGRESS_PORT_NAME } from "../../partition/report.ts";
import type { PartitionConfig } from "./config.ts";

export const CONTAINER = "ddbctl-delete-partition";
const TERMINATION_LOG = "/termination-log";

/** The container that deletes the partition. */
export function container(
  spec: PartitionJobSpec,
  secretName: string,
  config: PartitionConfig,
): V1Container {
  return {
    name: CONTAINER,
    image: config.image,
    args: deletionArgs(spec, config.tableAllow),
    env: env(spec, secretName),
    ports: [{ name: PROGRESS_PORT_NAME, containerPort: PROGRESS_PORT, protocol: "TCP" }],
    // Memory does not grow with the partition, see the subcommand.
    resources: {
      requests: { cpu: "100m", memory: "128Mi" },
      limits: { cpu: "1", memory: "512Mi" },
    },
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
 * The command line after the name of the program; the partition's value is not in it. Flag and value are one word each
 * time: a table may be called `--help`, and must not be taken for a flag.
 */
function deletionArgs(spec: PartitionJobSpec, tableAllow: readonly string[]): string[] {
  const { tableName, endpointURL, awsRegion } = partitionTarget(spec);
  const { keyType, dryRun, maxItems, itemsPerSecond, maxConcurrency } = spec;
  const given = (flag: string, value: string | number | undefined) =>
    value === undefined ? [] : [`--${flag}=${literal(String(value))}`];
  return [
    "delete-partition",
    ...given("table-name", tableName),
    ...given("endpoint-url", endpointURL),
    ...given("region", awsRegion),
    "--skip-confirmation",
    ...given("key-type", keyType),
    ...(dryRun ? ["--dry-run"] : []),
    ...given("max-items", maxItems),
    ...given("items-per-second", itemsPerSecond),
    ...given("max-concurrency", maxConcurrency),
    ...tableAllow.flatMap((glob) => given("table-allow", glob)),
    // In brackets, which an address of either family may stand in.
    `--progress-address=[$(POD_IP)]:${PROGRESS_PORT}`,
    `--termination-log=${TERMINATION_LOG}`,
  ];
}

/**
 * The kubelet puts variables in the place of `$(NAME)`, those from Secrets too: what is given must not ask for any. `$$`
 * is one `$`, see https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
function literal(text: string): string {
  return text.replaceAll("$", () => "$$");
}

function env({ credentials }: PartitionJobSpec, secretName: string): V1EnvVar[] {
  const fromSecret = (name: string, secret: string, optional?: true): V1EnvVar => ({
    name,
    valueFrom: { secretKeyRef: { name: secret, key: name, ...(optional && { optional }) } },
  });
  return [
    { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
    fromSecret(PARTITION_VALUE, secretName),
    ...(credentials
      ? [
        fromSecret("AWS_ACCESS_KEY_ID", credentials.secretName),
        fromSecret("AWS_SECRET_ACCESS_KEY", credentials.secretName),
        fromSecret("AWS_SESSION_TOKEN", credentials.secretName, true),
      ]
      : []),
  ];
}
