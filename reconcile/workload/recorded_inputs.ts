import { ANNOTATIONS } from "../../crds/labels.ts";
import { canonicalJson, isJsonObject } from "../../kube/json.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { StringMap } from "../dynamo/child_metadata.ts";
import type { PodInputs } from "../pod/pod_template.ts";

/** Values in the pod templates of a workload that do not depend on the spec of the component, such as pull Secrets. */
export interface WorkloadInputs extends PodInputs {
  /** Whether the pods belong to a PodGroup of Volcano; absent if they do not. */
  podGroup?: true;
}

/** Content of the annotation that records the inputs of a workload's pod templates. */
export interface RecordedInputs {
  /** Hash of the pod templates without their inputs. The hash changes only if the spec changes. */
  specHash: string;
  /** Input values from which the current pod templates were built. */
  inputs: WorkloadInputs;
}

/** Returns the manifest of a workload with the annotation that records its inputs. */
export function withRecordedInputs<T extends KubeObject>(
  manifest: T,
  { specHash, inputs }: RecordedInputs,
): T {
  const json = canonicalJson({ specHash, ...inputs });
  const annotations = { ...manifest.metadata.annotations, [ANNOTATIONS.podTemplateInputs]: json };
  return { ...manifest, metadata: { ...manifest.metadata, annotations } };
}

/**
 * Returns the inputs that an annotation of a live workload records; undefined if the annotation is absent or invalid.
 * The Go operator and earlier versions of this operator create workloads without this annotation.
 */
export function recordedInputs({ metadata }: KubeObject): RecordedInputs | undefined {
  const value = parse(metadata.annotations?.[ANNOTATIONS.podTemplateInputs] ?? "");
  if (!isJsonObject(value)) return undefined;
  const { specHash, pullSecrets, serviceAccount, labels, podGroup } = value;
  const isValid = typeof specHash === "string" && typeof serviceAccount === "string" &&
    isStrings(pullSecrets) && isStringMap(labels);
  if (!isValid) return undefined;
  const inputs: WorkloadInputs = {
    pullSecrets,
    serviceAccount,
    labels,
    ...(podGroup === true && { podGroup: true }),
  };
  return { specHash, inputs };
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
