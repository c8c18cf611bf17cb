/** A program of a pinned Go module. */
export interface GoProgram {
  /** File name in the cache. */
  readonly name: string;
  /** Import path of the program's main package. */
  readonly package: string;
  /** Seconds that the first build takes on two cores with empty caches. Progress messages show this number. */
  readonly usualSeconds: number;
}

/** A folder with `go.mod`, `go.sum` and optional sources, and the programs to build from the folder. */
export interface GoModule {
  readonly name: string;
  /** Version of the programs for display; absent for programs of this project. */
  readonly version?: string;
  /** Path of the folder with `go.mod`. */
  readonly directory: string;
  readonly programs: readonly GoProgram[];
  /** Value of the flag `-ldflags` of `go build`. */
  readonly linkerFlags: string;
}
