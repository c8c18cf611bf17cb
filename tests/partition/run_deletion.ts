import { systemClock } from "../../kube/clock.ts";
import { createDynamoDb } from "../../partition/client.ts";
import { chooseConnection } from "../../partition/connection.ts";
import { deletePartition, type DeletionRequest } from "../../partition/delete_partition.ts";
import type { DeletionReport } from "../../partition/report.ts";

export interface RunDeletionOptions extends Partial<DeletionRequest> {
  endpoint: string;
  table: string;
  onChange?: (report: DeletionReport) => void;
}

/** Deletes a partition in the test process, with the real AWS SDK. Returns the deletion report. */
export async function runDeletion(options: RunDeletionOptions): Promise<DeletionReport> {
  const { endpoint, onChange = () => {}, ...request } = options;
  const env = () => undefined;
  const connection = chooseConnection({ endpointUrl: endpoint }, env);
  const { report } = await deletePartition({
    partitionValue: "TENANT",
    dryRun: false,
    maxConcurrency: 8,
    allowedTables: [],
    ...request,
  }, {
    db: createDynamoDb({ connection, env, userAgent: "dynamo-operator/test" }),
    clock: systemClock,
    random: Math.random,
    stop: new AbortController().signal,
    onChange,
  });
  return report;
}
