import type { AttributeValue, QueryCommandInput } from "@aws-sdk/client-dynamodb";
import type { KeySchema } from "./key_schema.ts";

export interface Partition {
  /** Name or ARN of the table. */
  table: string;
  schema: KeySchema;
  value: AttributeValue;
}

/**
 * The part of a Query that every reading of a partition has in common. The key's name is always sent as an alias: it
 * may be one of hundreds of reserved words, or hold characters that an expression cannot. Reads are strongly
 * consistent, because the counts that are made of them must be exact.
 */
function partitionQuery({ table, schema, value }: Partition): QueryCommandInput {
  return {
    TableName: table,
    KeyConditionExpression: "#pk = :pk",
    ExpressionAttributeNames: { "#pk": schema.hash.name },
    ExpressionAttributeValues: { ":pk": value },
    ConsistentRead: true,
  };
}

/** Counts at most `limit` items a page and returns none of them. */
export function countQuery(partition: Partition, limit: number): QueryCommandInput {
  return { ...partitionQuery(partition), Select: "COUNT", Limit: limit };
}

/** Returns at most `limit` items a page, nothing but their keys. */
export function keysQuery(partition: Partition, limit: number): QueryCommandInput {
  const query = partitionQuery(partition);
  const { range } = partition.schema;
  return {
    ...query,
    ProjectionExpression: range === undefined ? "#pk" : "#pk, #sk",
    ExpressionAttributeNames: {
      ...query.ExpressionAttributeNames,
      ...(range !== undefined && { "#sk": range }),
    },
    Limit: limit,
  };
}
