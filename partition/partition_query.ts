import type { AttributeValue, QueryCommandInput } from "@aws-sdk/client-dynamodb";
import type { KeySchema } from "./key_schema.ts";

/** A partition of a table. */
export interface Partition {
  /** Name or ARN of the table. */
  table: string;
  schema: KeySchema;
  value: AttributeValue;
}

/**
 * Returns the common part of all queries of a partition. A query names the key by an alias, because a key may be called
 * like a reserved word or contain characters that are invalid in an expression. Reads are strongly consistent: the run
 * reports exact counts.
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

/** Returns the input of a query that counts up to `limit` items per page. */
export function countQuery(partition: Partition, limit: number): QueryCommandInput {
  return { ...partitionQuery(partition), Select: "COUNT", Limit: limit };
}

/** Returns the input of a query that lists the keys of up to `limit` items per page. */
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
