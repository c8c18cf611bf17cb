import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { DeletionFailure } from "./deletion_failure.ts";
import type { KeyType } from "./key_schema.ts";

const MAX_BYTES = 2048;
const MAX_DIGITS = 38;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Returns the attribute value of a partition key. A number keeps its text, because a JavaScript number would lose
 * digits; a binary value is decoded from base64. DynamoDB's limits are 1 to 2048 bytes, and 38 digits for a number.
 *
 * @throws {DeletionFailure} InvalidKey; the message does not contain the value
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
