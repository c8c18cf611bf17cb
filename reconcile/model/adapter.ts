import type { DynamoModel, ModelStatus } from "../../crds/kinds/model.ts";
import { REASONS } from "../dynamo/conditions.ts";
import type { Problem } from "../dynamo/problem.ts";

/** A LoRA adapter that workers load. */
export interface Adapter {
  modelName: string;
  /** URI of the adapter's weights. */
  uri: string;
}

/** Returns whether a model is a LoRA adapter, the only type of model that the operator loads into workers. */
export function isLora({ spec }: DynamoModel): boolean {
  return spec?.modelType === "lora";
}

/** Returns the adapter of a model; undefined if the model is not a LoRA adapter, or if its spec is invalid. */
export function adapterOf(model: DynamoModel): Adapter | undefined {
  const uri = model.spec?.source?.uri;
  if (!isLora(model) || !uri || specProblems(model).length > 0) return undefined;
  return { modelName: model.spec.modelName, uri };
}

/**
 * Returns the adapter that the status of a model records; undefined if its name cannot be part of a URL path. The
 * operator must check the name, because other clients can write the status.
 */
export function recordedAdapter(status: ModelStatus | undefined): Adapter | undefined {
  const { adapter } = status ?? {};
  return adapter && isPath(adapter.modelName) ? adapter : undefined;
}

/** Returns whether two adapters have the same name and the same weights. */
export function isSameAdapter(a: Adapter | undefined, b: Adapter | undefined): boolean {
  return a?.modelName === b?.modelName && a?.uri === b?.uri;
}

/**
 * Returns the mistakes in the spec of a model. The API server refuses new models with most of these mistakes, but an
 * existing model may be older than the validation rules of the CRD.
 */
export function specProblems(model: DynamoModel): Problem[] {
  const { modelName, baseModelName, source } = model.spec ?? {};
  const problems: Problem[] = [];
  const add = (field: string, message: string) =>
    problems.push({ reason: REASONS.validationFailed, field: `spec.${field}`, message });
  if (!modelName) add("modelName", "is required; set it to the full name of the model");
  if (!baseModelName) add("baseModelName", "is required; set it to the full name of the model");
  if (!isLora(model)) return problems;
  if (modelName && !isPath(modelName)) {
    add(
      "modelName",
      `cannot be "${modelName}", because workers use the name as a URL path; ` +
        'remove empty path segments, and the segments "." and ".."',
    );
  }
  if (!/^(s3|hf):\/\//.test(source?.uri ?? "")) {
    add(
      "source.uri",
      `must start with s3:// or hf://, got "${
        source?.uri ?? ""
      }"; set it to the location of the weights`,
    );
  }
  return problems;
}

/**
 * Returns whether the name of an adapter can be part of a URL path. An HTTP client would resolve the segments `.` and
 * `..` to another path.
 */
function isPath(name: string): boolean {
  return name.split("/").every((part) => !["", ".", ".."].includes(part));
}
