import type { TableDescription } from "@aws-sdk/client-dynamodb";
import { DeletionFailure } from "./deletion_failure.ts";

/** The types that a key attribute can have: string, number, binary. */
export const KEY_TYPES = ["S", "N", "B"] as const;
export type KeyType = typeof KEY_TYPES[number];

/** What a table's items are found by. */
export interface KeySchema {
  /** The partition key. */
  hash: { name: string; type: KeyType };
  /** Name of the sort key; absent where the partition key alone names an item. */
  range?: string;
}

/**
 * Reads the key schema out of an answer to DescribeTable.
 *
 * @throws {DeletionFailure} InternalError if it is not there or not understood
 */
export function readKeySchema(table: TableDescription): KeySchema {
  const named = (type: "HASH" | "RANGE") =>
    table.KeySchema?.find(({ KeyType }) => KeyType === type)?.AttributeName;
  const hash = named("HASH");
  const declared = table.AttributeDefinitions?.find(({ AttributeName }) => AttributeName === hash)
    ?.AttributeType;
  const type = KEY_TYPES.find((type) => type === declared);
  if (hash === undefined || type === undefined) {
    throw new DeletionFailure(
      "InternalError",
      "Cannot read the table's key schema: the answer to DescribeTable names no partition key of type S, N or B",
    );
  }
  const range = named("RANGE");
  return { hash: { name: hash, type }, ...(range !== undefined && { range }) };
}
