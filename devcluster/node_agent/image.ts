/** A program on this machine that the node agent runs for containers with a certain image. */
export interface Image {
  /** Program and first arguments. A container's `command` replaces them; the container's `args` are appended. */
  entrypoint: string[];
  /** Environment variables that the image defines. */
  env?: Record<string, string>;
  /** Returns the command line for this path of the termination log. In a real container, the path is fixed. */
  adapt?(command: string[], terminationLog: string): string[];
}
