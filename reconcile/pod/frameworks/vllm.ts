import type { FrameworkDefaults } from "./framework.ts";

/** vLLM finds its compilation cache by a variable; without it, it uses its default path. */
export const vllm: FrameworkDefaults = {
  cachePath: "/root/.cache/vllm",
  env(mounts) {
    const cache = mounts.find((mount) => mount.useAsCompilationCache);
    return cache?.mountPoint ? [{ name: "VLLM_CACHE_ROOT", value: cache.mountPoint }] : [];
  },
};
