/** Whether a component serves the HTTP API. */
export function isFrontend(spec: { componentType?: string | undefined }): boolean {
  return spec.componentType === "frontend";
}

/** Whether a component runs an inference framework; no other type does. */
export function isWorker(spec: { componentType?: string | undefined }): boolean {
  return ["worker", "prefill", "decode"].includes(spec.componentType ?? "");
}

/** Whether a component is Dynamo's planner, which scales the other services of its graph. */
export function isPlanner(spec: { componentType?: string | undefined }): boolean {
  return spec.componentType === "planner";
}
