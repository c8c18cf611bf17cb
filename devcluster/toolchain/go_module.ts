/** A program of a pinned Go module. */
export interface GoProgram {
  /** File name in the cache. */
  readonly name: string;
  /** Import path of its main package. */
  readonly package: string;
  /** Duration of the first build on two cores with empty caches. It is shown during the build. */
  readonly usualSeconds: number;
}

/** A folder with pinned `go.mod` and `go.sum` files, perhaps with sources, and the programs to build from it. */
export interface GoModule {
  readonly name: string;
  /** Version for display; absent for programs of this project. */
  readonly version?: string;
  /** Path of the folder. */
  readonly directory: string;
  readonly programs: readonly GoProgram[];
  /** Value of `-ldflags`. */
  readonly linkerFlags: string;
}
