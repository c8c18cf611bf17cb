import { pbkdf2Sync } from "node:crypto";
import { DeletionFailure } from "./deletion_failure.ts";

// The digest is visible in pods. The iterations slow down attackers who guess a short value, such as a number.
const ITERATIONS = 10_000;
const BYTES = 16;

/**
 * Returns a digest of a partition value. A pod receives the digest as an argument, so that the pod can detect a changed
 * value in the Secret. The digest contains the salt.
 */
export function valueDigest(value: string, salt: string): string {
  return `${salt}:${pbkdf2Sync(value, salt, ITERATIONS, BYTES, "sha256").toString("hex")}`;
}

/**
 * Checks that a value has this digest; an empty digest accepts any value.
 *
 * @throws {DeletionFailure} ValueReplaced if the value has another digest
 */
export function checkValueDigest(value: string, digest: string): void {
  if (digest === "") return;
  const salt = digest.slice(0, digest.lastIndexOf(":"));
  if (valueDigest(value, salt) === digest) return;
  throw new DeletionFailure(
    "ValueReplaced",
    "Cannot delete the partition: the partition value in the Secret has changed; create the object again",
  );
}
