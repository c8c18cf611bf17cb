/** Where a backend looks for compiled kernels if it is not told; undefined if it looks nowhere. */
export function defaultCachePath(framework: string): string | undefined {
  return framework === "vllm" ? "/root/.cache/vllm" : undefined;
}
