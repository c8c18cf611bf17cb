import type { PartitionJobSpec } from "./partition_job_spec.ts";

/** The partition to delete. */
export interface PartitionTarget {
  tableName: string;
  partitionValue: string;
  awsRegion?: string;
  endpointURL?: string;
}

/** Returns the partition that a spec selects in its own fields or in `ddbCtlDpJob`. Empty optional fields are omitted. */
export function partitionTarget(spec: PartitionJobSpec): PartitionTarget {
  const { tableName = "", partitionValue = "", awsRegion, endpointURL } = spec.ddbCtlDpJob ?? spec;
  return {
    tableName,
    partitionValue,
    ...(awsRegion && { awsRegion }),
    ...(endpointURL && { endpointURL }),
  };
}
