// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";

const ROOT = new URL("../../", import.meta.url).pathname;

const POD = { KUBERNETES_SERVICE_HOST: "127.0.0.1", KUBERNETES_SERVICE_PORT: "1" };

/**
 * Runs `permission_probe.ts` with the environment variables of a pod and the Deno permissions of the binary. The probe
 * drops the permissions that the command line `args` does not need. Returns the operations that remain possible.
 */
async function remainingInPod(...args: string[]): Promise<string[]> {
  return await remaining(POD, ...args);
}

async function remaining(env: Record<string, string>, ...args: string[]): Promise<string[]> {
  const probe = ["tests/support/permission_probe.ts", ...args];
  return JSON.parse((await underBinaryPermissions(probe, env)).stdout);
}

async function underBinaryPermissions(args: string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "-P=binary", ...args],
    cwd: ROOT,
    env: { ...env, NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("each subcommand drops the permissions of the binary that it does not need", async () => {
  const left: Record<string, string[]> = {
    "version": [],
    "crds": [],
    "crds --out=/no/such/folder": [],
    "render -f -": [],
    "render -f /etc/hostname": ["read a file"],
    "render --diff": ["use the network"],
    "no-such-command": [],
    "delete-partition": ["use the network"],
    "delete-partition --termination-log=/tmp/x": ["use the network"],
    "run": ["use the network"],
    "run --restrictedNamespace=team": ["use the network"],
    "run --kubeconfig=/no/such/file": [
      "read a file",
      "read the source",
      "list a folder",
      "run a program",
      "use the network",
    ],
  };
  const all = await Promise.all(
    Object.keys(left).map((args) => remainingInPod(...args.split(" "))),
  );
  assertEquals(Object.fromEntries(Object.keys(left).map((args, at) => [args, all[at]])), left);
});

Deno.test("outside a cluster, run may read a kubeconfig and execute its exec plugin", async () => {
  const outside = await remaining({ KUBERNETES_SERVICE_HOST: "" }, "run");
  assertEquals(outside, await remainingInPod("run", "--kubeconfig=/no/such/file"));
});

Deno.test("the binary has further permissions before a subcommand drops them", async () => {
  const all = await remainingInPod();
  for (const operation of ["read a file", "write a file", "run a program"]) {
    assertEquals(all.includes(operation), true, operation);
  }
});

Deno.test("version and crds work with their remaining permissions", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const version = await underBinaryPermissions(["main.ts", "version"]);
    assertEquals([version.code, version.stdout], [0, "0.1.0\n"], version.stderr);
    const printed = await underBinaryPermissions(["main.ts", "crds"]);
    assertEquals(printed.code, 0, printed.stderr);
    assertStringIncludes(printed.stdout, "kind: CustomResourceDefinition");
    const written = await underBinaryPermissions(["main.ts", "crds", "--out", `${folder}/a/b`]);
    assertEquals(written.code, 0, written.stderr);
    const files = [...Deno.readDirSync(`${folder}/a/b`)].map(({ name }) => name).sort();
    const texts = await Promise.all(
      files.map((name) => Deno.readTextFile(`${folder}/a/b/${name}`)),
    );
    assertEquals(texts.map((text) => text.length).reduce((a, b) => a + b) > 100_000, true);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
