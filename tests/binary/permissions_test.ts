// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";

const ROOT = new URL("../../", import.meta.url).pathname;

const POD = { KUBERNETES_SERVICE_HOST: "127.0.0.1", KUBERNETES_SERVICE_PORT: "1" };

/** What a subcommand could do that no operator must, when it is started in a pod with all that the binary holds. */
async function attempted(...args: string[]): Promise<string[]> {
  return await attemptedIn(POD, ...args);
}

async function attemptedIn(env: Record<string, string>, ...args: string[]): Promise<string[]> {
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

Deno.test("each subcommand gives back what it does not need of the binary's permissions", async () => {
  const left: Record<string, string[]> = {
    "version": [],
    "crds": [],
    "crds --out=/no/such/folder": [],
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
  const all = await Promise.all(Object.keys(left).map((args) => attempted(...args.split(" "))));
  assertEquals(Object.fromEntries(Object.keys(left).map((args, at) => [args, all[at]])), left);
});

Deno.test("outside of a cluster it may read a kubeconfig and run what that names", async () => {
  const outside = await attemptedIn({ KUBERNETES_SERVICE_HOST: "" }, "run");
  assertEquals(outside, await attempted("run", "--kubeconfig=/no/such/file"));
});

Deno.test("without that, the binary could do more", async () => {
  const all = await attempted();
  for (const what of ["read a file", "write a file", "run a program"]) {
    assertEquals(all.includes(what), true, what);
  }
});

Deno.test("version and crds can do their work with what they keep", async () => {
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
