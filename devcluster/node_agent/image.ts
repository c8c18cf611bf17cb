/** What an image would be on a real node: here a program of this machine. */
export interface Image {
  /** The entrypoint; a container's `command` takes its place, its `args` follow. */
  entrypoint: string[];
  /** Environment of the image. */
  env?: Record<string, string>;
  /** Changes the command line when it is complete, for what a mount would do in a real container. */
  adapt?(command: string[], terminationLog: string): string[];
}
