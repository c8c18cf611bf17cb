/**
 * V8 flags that limit memory use: a small young generation, and an old generation that grows in small steps. With the
 * defaults of V8, both generations grow to a multiple of the size of the live objects.
 */
export const V8_FLAGS = "--max-semi-space-size=8,--heap-growing-percent=20";

/** Environment variables that make glibc return freed buffers to the kernel early (mallopt(3)). */
export const MALLOC_ENV: Readonly<Record<string, string>> = {
  MALLOC_MMAP_THRESHOLD_: "65536",
  MALLOC_TRIM_THRESHOLD_: "131072",
};
