/** A program on this machine that the node agent runs for containers with this image. */
export interface Image {
  /** Program and first arguments. A container's `command` replaces them; the container's `args` are appended. */
  entrypoint: string[];
  env?: Record<string, string>;
  /** Changes a command line so that the program can write the file `terminationLog`. Each pod has its own file. */
  adapt?(command: string[], terminationLog: string): string[];
}
