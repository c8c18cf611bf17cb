import { ANNOTATIONS } from "../../crds/labels.ts";
import { canonicalJson, isJsonObject } from "../../kube/json.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { StringMap } from "../dynamo/child_metadata.ts";
import type { PodInputs } from "../pod/pod_template.ts";

/** Content of the annotation of a workload that records the inputs of its pod template. */
export interface RecordedInputs {
  /** Hash of the pod template without these inputs, so that the hash changes only with the spec. */
  specHash: string;
  inputs: PodInputs;
}

/** Returns the manifest with the annotation. */
export function withRecordedInputs<T extends KubeObject>(
  manifest: T,
  { specHash, inputs }: RecordedInputs,
): T {
  const json = canonicalJson({ specHash, ...inputs });
  const annotations = { ...manifest.metadata.annotations, [ANNOTATIONS.podTemplateInputs]: json };
  return { ...manifest, metadata: { ...manifest.metadata, annotations } };
}

/**
 * Returns the content of the annotation of a live workload; undefined if the annotation is absent or invalid. The Go
 * operator and earlier versions of this operator create workloads without it.
 */
export function recordedInputs({ metadata }: KubeObject): RecordedInputs | undefined {
  const value = parse(metadata.annotations?.[ANNOTATIONS.podTemplateInputs] ?? "");
  if (!isJsonObject(value)) return undefined;
  const { specHash, pullSecrets, serviceAccount, labels } = value;
  const isValid = typeof specHash === "string" && typeof serviceAccount === "string" &&
    isStrings(pullSecrets) && isStringMap(labels);
  return isValid ? { specHash, inputs: { pullSecrets, serviceAccount, labels } } : undefined;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isStringMap(value: unknown): value is StringMap {
  return isJsonObject(value) && isStrings(Object.values(value));
}
