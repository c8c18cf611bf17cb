/** A program of this machine that the agent runs for an image. */
export interface Image {
  /** Entrypoint. The `command` of a container replaces it, its `args` follow. */
  entrypoint: string[];
  /** Environment of the image. */
  env?: Record<string, string>;
  /** Changes the complete command line, in place of the mount of the termination log in a real container. */
  adapt?(command: string[], terminationLog: string): string[];
}
