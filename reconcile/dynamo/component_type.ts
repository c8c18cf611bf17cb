/** Whether a component takes the requests of clients. */
export function isFrontend(spec: { componentType?: string | undefined }): boolean {
  return spec.componentType === "frontend";
}

/** Whether a component runs an inference engine; only then is there a backend framework. */
export function isWorker(spec: { componentType?: string | undefined }): boolean {
  return ["worker", "prefill", "decode"].includes(spec.componentType ?? "");
}

/** How many nodes one replica spans. */
export function nodeCount(
  spec: { multinode?: { nodeCount?: number | undefined } | undefined },
): number {
  return spec.multinode ? spec.multinode.nodeCount ?? 2 : 1;
}
