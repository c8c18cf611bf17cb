import type {
  BatchWriteItemInput,
  BatchWriteItemOutput,
  DescribeTableInput,
  DescribeTableOutput,
  QueryInput,
  QueryOutput,
} from "@aws-sdk/client-dynamodb";

/**
 * The three DynamoDB operations that a deletion uses. Each call makes one attempt, which the signal aborts. An error has
 * DynamoDB's error code as its `name`. AWS reports the consumed capacity, other endpoints do not.
 */
export interface DynamoDb {
  describeTable(input: DescribeTableInput, signal: AbortSignal): Promise<DescribeTableOutput>;
  query(input: QueryInput, signal: AbortSignal): Promise<QueryOutput>;
  batchWriteItem(input: BatchWriteItemInput, signal: AbortSignal): Promise<BatchWriteItemOutput>;
  /** Reads new credentials from their source. */
  refreshCredentials(): Promise<void>;
}
