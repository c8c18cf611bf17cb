import type { PartitionJobSpec } from "./partition_job_spec.ts";

/** The partition that a spec asks to be deleted, whichever of the two shapes it has; "" counts as absent. */
export interface PartitionTarget {
  tableName: string;
  partitionValue: string;
  awsRegion?: string;
  endpointURL?: string;
}

export function partitionTarget(spec: PartitionJobSpec): PartitionTarget {
  const { tableName = "", partitionValue = "", awsRegion, endpointURL } = spec.ddbCtlDpJob ?? spec;
  return {
    tableName,
    partitionValue,
    ...(awsRegion && { awsRegion }),
    ...(endpointURL && { endpointURL }),
  };
}
