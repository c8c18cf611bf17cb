import { deletePartition, type DeletionRequest } from "../delete_partition.ts";
import type { Key } from "../key.ts";
import type { DeletionReport } from "../report.ts";
import { createAutoAdvanceClock } from "./auto_advance_clock.ts";
import type { FakeDynamoDb } from "./fake_dynamodb.ts";

export const TENANT = { S: "TENANT" };

export function keys(count: number, pk = TENANT): Key[] {
  return Array.from({ length: count }, (_, n) => ({ pk, sk: { S: String(n).padStart(6, "0") } }));
}

export interface FakeRunOptions extends Partial<DeletionRequest> {
  stop?: AbortSignal;
  onChange?: (report: DeletionReport) => void;
  confirm?: (found: number) => boolean;
}

/** Deletes partition `TENANT` of a fake table. A fake clock skips all waits. */
export function fakeRun(db: FakeDynamoDb, options: FakeRunOptions = {}) {
  const { stop = new AbortController().signal, onChange = () => {}, confirm, ...request } = options;
  return deletePartition({
    table: "Orders",
    partitionValue: "TENANT",
    dryRun: false,
    maxConcurrency: 8,
    allowedTables: [],
    ...request,
  }, {
    db,
    clock: createAutoAdvanceClock(),
    random: () => 0.5,
    stop,
    onChange,
    ...(confirm && { confirm }),
  });
}
