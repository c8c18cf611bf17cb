import type { FrameworkDefaults } from "./framework.ts";

/** vLLM reads the path of its compilation cache from an environment variable, or else uses its default path. */
export const vllm: FrameworkDefaults = {
  cachePath: "/root/.cache/vllm",
  env(mounts) {
    const cache = mounts.find((mount) => mount.useAsCompilationCache);
    return cache?.mountPoint ? [{ name: "VLLM_CACHE_ROOT", value: cache.mountPoint }] : [];
  },
};
