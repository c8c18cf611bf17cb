import type {
  DdbctlDpJob,
  PartitionAttempt,
  PartitionJobStatus,
} from "../../../crds/kinds/partition_job.ts";
import { PARTITION } from "../../../crds/labels.ts";
import type { PartitionJobSpec } from "../../../crds/kinds/partition_job_spec.ts";
import type { Job } from "../../../kube/builtin.ts";
import type { DeletionReport } from "../../../partition/report.ts";
import type { PartitionConfig } from "../container.ts";
import { jobManifest } from "../job.ts";
import type { PartitionPod } from "../pod.ts";
import { report } from "./report.ts";

export const config: PartitionConfig = { image: "dynamo-operator:1", tableAllow: [], pod: {} };

export function partitionJob(
  spec: Partial<PartitionJobSpec> = {},
  status?: PartitionJobStatus,
): DdbctlDpJob {
  return {
    apiVersion: "dynamoctl.dp.operators.sanjivmadhavan.io/v1alpha1",
    kind: "DdbctlDpJob",
    metadata: {
      name: "orders",
      namespace: "team",
      uid: "uid-1",
      creationTimestamp: "2026-01-01T00:00:00Z",
      generation: 1,
      resourceVersion: "1",
    },
    spec: { tableName: "Orders", partitionValue: "t-1", ...spec },
    ...(status && { status }),
  };
}

export function storedJob(
  conditions: { type: string; reason?: string; message?: string; lastTransitionTime?: string }[] =
    [],
  metadata: Partial<Job["metadata"]> = {},
): Job {
  const manifest = jobManifest(partitionJob(), config);
  return {
    ...manifest,
    metadata: { ...manifest.metadata, uid: "job-uid", resourceVersion: "5", ...metadata },
    // The API server sends times as strings, although the generated type says Date.
    status: JSON.parse(JSON.stringify({
      conditions: conditions.map((condition) => ({ status: "True", ...condition })),
    })),
  };
}

export function pod(name: string, change: Partial<PartitionPod> = {}): PartitionPod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: "team",
      uid: `uid-of-${name}`,
      labels: { [PARTITION.uidLabel]: "uid-1" },
      annotations: { [PARTITION.nameAnnotation]: "orders" },
      finalizers: [PARTITION.finalizer],
      ownerReferences: [{
        apiVersion: "batch/v1",
        kind: "Job",
        name: "orders-job",
        uid: "job-uid",
        controller: true,
      }],
    },
    state: "running",
    ip: "10.0.0.1",
    ...change,
  };
}

export function endedPod(
  name: string,
  exitCode: number,
  change: Partial<DeletionReport> = {},
): PartitionPod {
  return pod(name, {
    state: "ended",
    exitCode,
    endedAt: "2026-01-01T00:01:00Z",
    terminationMessage: JSON.stringify(report({ phase: "Ended", ...change })),
  });
}

export function attempt(
  name: string,
  itemsFound: number | undefined,
  itemsDeleted: number,
  itemsInFlight = 0,
  change: Partial<PartitionAttempt> = {},
): PartitionAttempt {
  return {
    pod: name,
    endedAt: "2026-01-01T00:01:00Z",
    reported: true,
    ...(itemsFound !== undefined && { itemsFound }),
    itemsDeleted,
    itemsInFlight,
    unprocessedRetries: 0,
    throttledRequests: 0,
    consumedReadUnits: 0,
    consumedWriteUnits: 0,
    ...change,
  };
}
