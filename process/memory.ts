/**
 * V8 flags that limit memory use: a small young generation, and an old generation that grows in small steps. With the
 * defaults of V8, both generations grow to a multiple of the size of the live objects.
 */
export const V8_FLAGS = "--max-semi-space-size=2,--heap-growing-percent=20";

/**
 * Environment variables that limit memory use. With the two `MALLOC_` variables, glibc returns freed buffers to the
 * kernel early (mallopt(3)). With `DENO_USE_CGROUPS`, Deno limits V8's heap to half of the container's memory limit.
 * Without it, V8 uses a limit that depends on the node's memory, and the kernel kills the process before V8 collects
 * garbage.
 */
export const MEMORY_ENV: Readonly<Record<string, string>> = {
  MALLOC_MMAP_THRESHOLD_: "65536",
  MALLOC_TRIM_THRESHOLD_: "131072",
  DENO_USE_CGROUPS: "1",
};
