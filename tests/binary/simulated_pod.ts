const FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";

// In a mount namespace of its own, where /run is empty but for the account's files.
const DRESS = 'files=$1; shift; mount -t tmpfs tmpfs "$(readlink -f /var/run)" && ' +
  `mkdir -p ${FOLDER} && cp "$files"/* ${FOLDER}/ && exec "$@"`;

/** Whether this machine lets a process have a view of the file system of its own. */
export async function canSimulatePod(): Promise<boolean> {
  const empty = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${empty}/token`, "");
    const [command = "", ...args] = commandInPod(empty, ["test", "-e", `${FOLDER}/token`]);
    return (await new Deno.Command(command, { args, stderr: "null" }).output()).success;
  } catch (error) {
    // There is no such program here.
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  } finally {
    await Deno.remove(empty, { recursive: true });
  }
}

/**
 * The command line that runs a program as it would be run in a pod: the files of its service account are where the
 * kubelet mounts them. Nobody else sees them there. The process id is the program's.
 *
 * @param directory folder with `token`, `ca.crt` and `namespace`
 */
export function commandInPod(directory: string, command: readonly string[]): string[] {
  return ["unshare", "--map-root-user", "--mount", "sh", "-c", DRESS, "sh", directory, ...command];
}
