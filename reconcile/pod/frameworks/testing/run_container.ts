import type { V1Container } from "@kubernetes/client-node";

/** One call of a program: its name and its arguments. */
export type Call = readonly string[];

export type Environment = Readonly<Record<string, string>>;

/**
 * Stubs for programs that exist only in container images, keyed by program name. Each stub records its arguments, then
 * runs the shell line in the value.
 */
const STUBS: Readonly<Record<string, string>> = {
  python3: "",
  ray: "",
  launch: "",
  getent: "",
  "ssh-keygen": "",
  sshd: "",
  // `mpirun … bash -c LINE` and `trtllm-llmapi-launch COMMAND` start another program, so their stubs also start it.
  mpirun: 'while [ "$1" != bash ]; do shift; done; exec "$@"',
  "trtllm-llmapi-launch": 'exec "$@"',
};

/** Absolute paths in containers, and their replacements in a temporary folder. The test machine lacks these paths. */
const ABSOLUTE_PATHS: Readonly<Record<string, string>> = {
  "/usr/sbin/sshd": "bin/sshd",
  "/ssh-pk": "ssh-pk",
};

/** Runs the commands of containers, one after the other, in a temporary folder with stubs of programs. */
export interface ContainerRunner extends AsyncDisposable {
  readonly home: string;
  /** Runs the command of a container, and returns the recorded calls of stubs in chronological order. */
  run(container: V1Container, env: Environment): Promise<Call[]>;
}

export async function containerRunner(): Promise<ContainerRunner> {
  const folder = await Deno.makeTempDir({ prefix: "container-" });
  const home = `${folder}/home`;
  const calls = `${folder}/calls`;
  for (const name of ["bin", "ssh-pk", "home"]) await Deno.mkdir(`${folder}/${name}`);
  for (const name of ["private.key", "private.key.pub"]) {
    await Deno.writeTextFile(`${folder}/ssh-pk/${name}`, name);
  }
  for (const [name, rest] of Object.entries(STUBS)) {
    const record = `printf '%s\\0' "$#" ${name} "$@" >> ${calls}`;
    await Deno.writeTextFile(`${folder}/bin/${name}`, `#!/bin/sh\n${record}\n${rest}\n`, {
      mode: 0o755,
    });
  }
  const inFolder = (text: string) =>
    Object.entries(ABSOLUTE_PATHS).reduce(
      (result, [path, replacement]) => result.replaceAll(path, `${folder}/${replacement}`),
      text,
    );
  return {
    home,
    async run({ command = [], args = [] }, env) {
      const [program = "", ...rest] = [...command, ...args]
        .map((element) => expandAsKubelet(inFolder(element), env));
      await Deno.remove(home, { recursive: true });
      await Deno.mkdir(home);
      await Deno.writeTextFile(calls, "");
      const path = `${folder}/bin:/usr/bin:/bin`;
      const found = program.startsWith("/") ? program : await which(program, path);
      await new Deno.Command(found, {
        args: rest,
        cwd: home,
        env: { PATH: path, HOME: home, ...env },
        clearEnv: true,
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).output();
      return readCalls(await Deno.readTextFile(calls));
    },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

/**
 * Searches the folders in `path` for a program, and returns the path of its file. Without this function, Deno would
 * search the PATH of its own process.
 */
async function which(program: string, path: string): Promise<string> {
  for (const folder of path.split(":")) {
    const file = `${folder}/${program}`;
    if (await Deno.stat(file).then(() => true, () => false)) return file;
  }
  return `/absent/${program}`;
}

function readCalls(text: string): Call[] {
  const fields = text.split("\0");
  const calls: Call[] = [];
  for (let index = 0; index < fields.length - 1;) {
    const end = index + Number(fields[index]) + 2;
    calls.push(fields.slice(index + 1, end));
    index = end;
  }
  return calls;
}

/**
 * Expands the references in an element of a command as the kubelet does. `$(NAME)` becomes the value of the container's
 * variable, or stays unchanged if the container lacks this variable. `$$` becomes `$`.
 */
export function expandAsKubelet(text: string, env: Environment): string {
  return text.replaceAll(
    /\$\$|\$\(([^)]*)\)/g,
    (reference, name?: string) => name === undefined ? "$" : env[name] ?? reference,
  );
}
