/** A program on this machine that the node agent runs for containers with a certain image. */
export interface Image {
  /** Program and first arguments. A container's `command` replaces them; the container's `args` are appended. */
  entrypoint: string[];
  /** Environment variables that the image defines. */
  env?: Record<string, string>;
  /** Adapts a command line to the path `terminationLog`, which differs from pod to pod in the node agent. */
  adapt?(command: string[], terminationLog: string): string[];
}
