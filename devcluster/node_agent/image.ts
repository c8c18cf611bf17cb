/** A program on this machine that the node agent runs for containers with a certain image. */
export interface Image {
  /** Program and first arguments. The `command` of a container replaces them; the `args` of the container follow. */
  entrypoint: string[];
  /** Environment variables that the image defines. */
  env?: Record<string, string>;
  /** Returns the command line, adapted to the path of the termination log, which is fixed only in a real container. */
  adapt?(command: string[], terminationLog: string): string[];
}
