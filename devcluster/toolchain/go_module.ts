/** One program that a pinned Go module builds. */
export interface GoProgram {
  /** File name in the cache. */
  readonly name: string;
  /** Import path of its main package. */
  readonly package: string;
  /** How long the first build takes on two cores with nothing cached; shown while people wait. */
  readonly usualSeconds: number;
}

/** A folder with pinned `go.mod` and `go.sum` files (or sources of our own) and what is built from it. */
export interface GoModule {
  readonly name: string;
  /** Version shown to people; absent for programs of our own. */
  readonly version?: string;
  /** Path of the folder with `go.mod`. */
  readonly directory: string;
  readonly programs: readonly GoProgram[];
  /** Value of `-ldflags`. */
  readonly linkerFlags: string;
}
