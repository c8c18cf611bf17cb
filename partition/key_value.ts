import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { DeletionFailure } from "./deletion_failure.ts";
import type { KeyType } from "./key_schema.ts";

const MAX_BYTES = 2048;
const MAX_DIGITS = 38;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Makes the value of a partition key from text: a string as it is, a number as it is written (it never passes through
 * a JavaScript number, which would change digits), binary from base64. Limits: "Constraints in DynamoDB", 2048 bytes,
 * never empty, numbers of at most 38 digits.
 *
 * @throws {DeletionFailure} InvalidKey, without the value in its message
 */
export function keyValue(text: string, type: KeyType): AttributeValue {
  if (text === "") throw invalid("it is empty, which no key can be");
  switch (type) {
    case "S":
      checkSize(new TextEncoder().encode(text).length);
      return { S: text };
    case "N":
      checkNumber(text);
      return { N: text };
    case "B": {
      if (!BASE64.test(text)) {
        throw invalid("the table's partition key is binary, so the value must be base64");
      }
      const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
      checkSize(bytes.length);
      return { B: bytes };
    }
  }
}

function checkNumber(text: string) {
  if (!NUMBER.test(text)) {
    throw invalid("the table's partition key is a number, so the value must be one");
  }
  const [digits = ""] = text.replace(/^[+-]/, "").split(/e/i);
  const significant = digits.replace(".", "").replace(/^0+/, "").replace(/0+$/, "");
  if (significant.length > MAX_DIGITS) {
    throw invalid(`a number has at most ${MAX_DIGITS} significant digits`);
  }
}

function checkSize(bytes: number) {
  if (bytes > MAX_BYTES) throw invalid(`it has ${bytes} bytes, and ${MAX_BYTES} is the most`);
}

function invalid(why: string): DeletionFailure {
  return new DeletionFailure("InvalidKey", `Cannot use the partition value: ${why}`);
}
