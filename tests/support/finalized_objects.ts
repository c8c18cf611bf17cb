import { FINALIZER } from "../../crds/labels.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { models, requests } from "../../reconcile/dynamo/resources.ts";

/** A DynamoModel and a deployment request with the finalizer of the Go operator. */
export const FINALIZED: readonly { kind: Resource<KubeObject>; object: KubeObject }[] = [
  finalized(models, {
    modelName: "acme/tuned",
    baseModelName: "acme/model",
    modelType: "lora",
    source: { uri: "s3://adapters/tuned" },
  }),
  finalized(requests, {
    model: "acme/model",
    backend: "vllm",
    profilingConfig: { profilerImage: "profiler:1", config: { sla: { ttft: 200 } } },
  }),
];

function finalized(kind: Resource<KubeObject>, spec: unknown) {
  const metadata = { name: "finalized", finalizers: [FINALIZER] };
  const object = { apiVersion: kind.apiVersion, kind: kind.kind, metadata, spec };
  return { kind, object };
}
