import type { AttributeValue, TableDescription } from "@aws-sdk/client-dynamodb";
import { DeletionFailure } from "./deletion_failure.ts";

/** Primary key of an item: the values of the key attributes, keyed by attribute name. */
export type Key = Record<string, AttributeValue>;

/** Returns a string that identifies a key. Two keys have the same string only if they are equal. */
export function canonicalKey(key: Key): string {
  const names = Object.keys(key).sort();
  return names.map((name) => JSON.stringify(name) + canonicalValue(key[name])).join();
}

/** Returns the keys without duplicates, in the same order. BatchWriteItem refuses a batch that contains a key twice. */
export function distinctKeys(keys: readonly Key[]): Key[] {
  return [...new Map(keys.map((key) => [canonicalKey(key), key])).values()];
}

function canonicalValue(value: AttributeValue | undefined): string {
  if (value?.B !== undefined) return `B${value.B.join(" ")}`;
  return JSON.stringify(value);
}

/** Types that DynamoDB allows for a key attribute: string, number, binary. */
export const KEY_TYPES = ["S", "N", "B"] as const;
/** Type of a key attribute, one of `KEY_TYPES`. */
export type KeyType = typeof KEY_TYPES[number];

/** Names of a table's key attributes, and the type of the partition key. */
export interface KeySchema {
  /** Partition key. */
  hash: { name: string; type: KeyType };
  /** Name of the sort key; absent if the table has a partition key only. */
  range?: string;
}

/**
 * Returns the key schema of a table from the response to DescribeTable.
 *
 * @throws {DeletionFailure} InternalError if the response does not contain a valid key schema
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

/** Limits of DynamoDB for a partition key value: its size in bytes, and the number of digits. */
const MAX_BYTES = 2048;
const MAX_DIGITS = 38;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Converts the text of a partition key to an attribute value. A number stays a string, because a JavaScript number
 * loses digits. A binary value is decoded from base64. DynamoDB allows 1 to 2048 bytes, and 38 digits for a number.
 *
 * @throws {DeletionFailure} InvalidKey if the text is invalid for the type; the message does not contain the text
 */
export function keyValue(text: string, type: KeyType): AttributeValue {
  if (text === "") throw invalid("a key cannot be empty");
  switch (type) {
    case "S":
      checkSize(new TextEncoder().encode(text).length);
      return { S: text };
    case "N":
      checkNumber(text);
      return { N: text };
    case "B": {
      if (!BASE64.test(text)) {
        throw invalid("the table's partition key is binary, and the value is not base64");
      }
      const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
      checkSize(bytes.length);
      return { B: bytes };
    }
  }
}

function checkNumber(text: string) {
  if (!NUMBER.test(text)) {
    throw invalid("the table's partition key is a number, and the value is not");
  }
  const [digits = ""] = text.replace(/^[+-]/, "").split(/e/i);
  const significant = digits.replace(".", "").replace(/^0+/, "").replace(/0+$/, "");
  if (significant.length > MAX_DIGITS) {
    throw invalid(`it has ${significant.length} significant digits, the maximum is ${MAX_DIGITS}`);
  }
}

function checkSize(bytes: number) {
  if (bytes > MAX_BYTES) throw invalid(`it has ${bytes} bytes, the maximum is ${MAX_BYTES}`);
}

function invalid(reason: string): DeletionFailure {
  return new DeletionFailure("InvalidKey", `Cannot use the partition value: ${reason}`);
}
