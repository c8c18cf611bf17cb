/** A program of this machine that the agent runs for an image. */
export interface Image {
  /** Program and first arguments. The `command` of a container replaces them; the `args` of the container follow. */
  entrypoint: string[];
  /** Environment variables that the image defines. */
  env?: Record<string, string>;
  /** Returns the command line for this path of the termination log. In a real container, the path is fixed. */
  adapt?(command: string[], terminationLog: string): string[];
}
