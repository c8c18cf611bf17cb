/**
 * How the program is held small, wherever it runs: a young generation that stays small and an old one that grows
 * in small steps (the defaults of V8 let both become a multiple of what is in use).
 */
export const V8_FLAGS = "--max-semi-space-size=8,--heap-growing-percent=20";

/** Environment by which buffers of the runtime go back to the system when they are freed (glibc, mallopt(3)). */
export const MALLOC_ENV: Readonly<Record<string, string>> = {
  MALLOC_MMAP_THRESHOLD_: "65536",
  MALLOC_TRIM_THRESHOLD_: "131072",
};
