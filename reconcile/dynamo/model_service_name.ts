import { createHash } from "node:crypto";

/** The label value under which everything that serves a base model is found: 8 hex digits of its name's SHA-256. */
export function modelHash(modelName: string): string {
  return createHash("sha256").update(modelName).digest("hex").slice(0, 8);
}

/** The headless Service of a base model in a namespace. */
export function modelServiceName(modelName: string): string {
  return `dynamo-model-${modelHash(modelName)}`;
}
