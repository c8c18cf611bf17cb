/** A program of this machine that the agent runs for an image. */
export interface Image {
  /** Program and first arguments. The `command` of a container replaces them; the `args` of the container follow. */
  entrypoint: string[];
  /** Environment variables that the image defines. */
  env?: Record<string, string>;
  /** Returns the command line with the termination log's path, which a kubelet would mount into a real container. */
  adapt?(command: string[], terminationLog: string): string[];
}
