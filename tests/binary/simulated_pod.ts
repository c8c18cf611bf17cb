const FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";

// Shell script: runs a command in a new mount namespace, in which /run contains only the files of the ServiceAccount.
const SETUP = 'files=$1; shift; mount -t tmpfs tmpfs "$(readlink -f /var/run)" && ' +
  `mkdir -p ${FOLDER} && cp "$files"/* ${FOLDER}/ && exec "$@"`;

/** Returns whether this machine can simulate a pod, that is, whether a process can create a mount namespace. */
export async function canSimulatePod(): Promise<boolean> {
  const empty = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${empty}/token`, "");
    const [command = "", ...args] = commandInPod(empty, ["test", "-e", `${FOLDER}/token`]);
    return (await new Deno.Command(command, { args, stderr: "null" }).output()).success;
  } catch (error) {
    // NotFound: the program unshare(1) is not installed.
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  } finally {
    await Deno.remove(empty, { recursive: true });
  }
}

/**
 * Returns the command line that runs a program in a simulated pod. Only this program sees the files of its
 * ServiceAccount, at the path where the kubelet mounts them. A signal to the started process reaches the program.
 *
 * @param directory folder with the ServiceAccount's files `token`, `ca.crt` and `namespace`
 */
export function commandInPod(directory: string, command: readonly string[]): string[] {
  return ["unshare", "--map-root-user", "--mount", "sh", "-c", SETUP, "sh", directory, ...command];
}
