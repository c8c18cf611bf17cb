import type { TableDescription } from "@aws-sdk/client-dynamodb";
import { DeletionFailure } from "./deletion_failure.ts";

/** Types of a key attribute: string, number, binary. */
export const KEY_TYPES = ["S", "N", "B"] as const;
/** One of `KEY_TYPES`. */
export type KeyType = typeof KEY_TYPES[number];

/** Key attributes of a table. */
export interface KeySchema {
  /** Partition key. */
  hash: { name: string; type: KeyType };
  /** Name of the sort key; absent if the table has a partition key only. */
  range?: string;
}

/**
 * Returns the key schema of a table from the answer to DescribeTable.
 *
 * @throws {DeletionFailure} InternalError if the answer does not contain a valid key schema
 */
export function keySchemaOf(table: TableDescription): KeySchema {
  const nameOf = (type: "HASH" | "RANGE") =>
    table.KeySchema?.find(({ KeyType }) => KeyType === type)?.AttributeName;
  const hash = nameOf("HASH");
  const declared = table.AttributeDefinitions?.find(({ AttributeName }) => AttributeName === hash)
    ?.AttributeType;
  const type = KEY_TYPES.find((type) => type === declared);
  if (hash === undefined || type === undefined) {
    throw new DeletionFailure(
      "InternalError",
      "Cannot read the table's key schema: DescribeTable returned no partition key of type S, N or B",
    );
  }
  const range = nameOf("RANGE");
  return { hash: { name: hash, type }, ...(range !== undefined && { range }) };
}
