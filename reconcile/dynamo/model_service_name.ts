import { createHash } from "node:crypto";

/** Returns the label value of all objects that serve a base model: 8 hex digits of the SHA-256 of its name. */
export function modelHash(modelName: string): string {
  return createHash("sha256").update(modelName).digest("hex").slice(0, 8);
}

/** Returns the name of the headless Service of a base model. */
export function modelServiceName(modelName: string): string {
  return `dynamo-model-${modelHash(modelName)}`;
}
