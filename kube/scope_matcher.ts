import type { KubeObject } from "./object.ts";
import { parseLabelSelector } from "./selector.ts";

export interface Scope {
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  /** Only `metadata.name=…` is understood here; objects are taken to match any other. */
  fieldSelector?: string | undefined;
}

/** Whether a list or watch with this scope would yield an object. */
export function scopeMatcher(scope: Scope): (object: KubeObject) => boolean {
  const labelsMatch = parseLabelSelector(scope.labelSelector ?? "");
  const name = /^metadata\.name==?([^,]+)$/.exec(scope.fieldSelector ?? "")?.[1];
  return ({ metadata }) =>
    (!scope.namespace || metadata.namespace === scope.namespace) &&
    (name === undefined || metadata.name === name) &&
    labelsMatch(metadata.labels);
}
