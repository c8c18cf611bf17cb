import type {
  BatchWriteItemInput,
  BatchWriteItemOutput,
  DescribeTableInput,
  DescribeTableOutput,
  QueryInput,
  QueryOutput,
} from "@aws-sdk/client-dynamodb";

/**
 * The three operations that a deletion needs, a single attempt each. The signal ends an attempt. Errors carry DynamoDB's
 * name for them as `name`; answers say what was consumed where that is billed.
 */
export interface DynamoDb {
  describeTable(input: DescribeTableInput, signal: AbortSignal): Promise<DescribeTableOutput>;
  query(input: QueryInput, signal: AbortSignal): Promise<QueryOutput>;
  batchWriteItem(input: BatchWriteItemInput, signal: AbortSignal): Promise<BatchWriteItemOutput>;
  /** Makes the next request get new credentials from where they come from. */
  refreshCredentials(): Promise<void>;
}
