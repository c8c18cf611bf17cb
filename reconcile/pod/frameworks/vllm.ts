import type { V1EnvVar } from "@kubernetes/client-node";
import type { VolumeMount } from "../../../crds/fields/volume_mount.ts";

/**
 * Tells vLLM where its compilation cache is: at the first mount that is one, if that names its path. Without a
 * path it is mounted where vLLM looks anyway.
 */
export function vllmEnv(mounts: readonly VolumeMount[]): V1EnvVar[] {
  const cache = mounts.find((mount) => mount.useAsCompilationCache);
  return cache?.mountPoint ? [{ name: "VLLM_CACHE_ROOT", value: cache.mountPoint }] : [];
}
