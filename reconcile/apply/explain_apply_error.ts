import { ApiError } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import { describeRef, refOf } from "./execution.ts";

const UNDECLARED = /(?:^|\s)\.(\S.*?): field not declared in schema/gm;

/**
 * Says what to do about an apply that the server refused for fields that it does not know: a create would have
 * dropped them, a server-side apply does not. They come from manifests written for a newer Kubernetes. Any other
 * error is returned as it is.
 */
export function explainApplyError(error: unknown, manifest: KubeObject): unknown {
  if (!(error instanceof ApiError)) return error;
  const fields = [...error.message.matchAll(UNDECLARED)].map(([, path]) => `"${path}"`);
  if (fields.length === 0) return error;
  const object = describeRef(refOf(manifest));
  const message =
    `Cannot apply ${object}: this API server does not know the field ${fields.join(", ")}; ` +
    `remove it or upgrade the cluster`;
  return new Error(message, { cause: error });
}
