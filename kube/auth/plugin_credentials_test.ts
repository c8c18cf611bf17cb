// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import { fakeClock } from "../testing/fake_clock.ts";
import type { ClusterEntry, ExecEntry } from "./kubeconfig_file.ts";
import { createExecPlugin } from "./plugin_credentials.ts";

const CLUSTER: ClusterEntry = { server: "https://api:6443" };

function shell(line: string, more: Partial<ExecEntry> = {}): ExecEntry {
  return { command: "sh", args: ["-c", line], ...more };
}

function printing(output: unknown, more: Partial<ExecEntry> = {}): ExecEntry {
  return { command: "echo", args: [JSON.stringify(output)], ...more };
}

function pluginOf(exec: ExecEntry, terminal = false, cluster = CLUSTER) {
  return createExecPlugin({ exec, cluster, clock: fakeClock(), terminal });
}

async function refusal(exec: ExecEntry): Promise<string> {
  return (await assertRejects(pluginOf(exec), Error)).message;
}

/**
 * Returns the input that the operator passes to an exec plugin. The plugin prints its input as the token, so that the
 * test can read it.
 */
async function inputOf(exec: Partial<ExecEntry>, terminal = false, cluster = CLUSTER) {
  const line =
    `printf '{"status":{"token":"%s"}}' "$(printf %s "$KUBERNETES_EXEC_INFO" | base64 -w0)"`;
  const { authorization = "" } = await pluginOf(shell(line, exec), terminal, cluster)();
  const info = Uint8Array.fromBase64(authorization.replace("Bearer ", ""));
  return JSON.parse(new TextDecoder().decode(info));
}

Deno.test("a token, or a certificate with its key, becomes credentials", async () => {
  const token = { apiVersion: "client.authentication.k8s.io/v1", status: { token: "t" } };
  assertEquals(await pluginOf(printing(token))(), { authorization: "Bearer t" });
  const status = { clientCertificateData: "CERT", clientKeyData: "KEY" };
  assertEquals(await pluginOf(printing({ status }))(), { cert: "CERT", key: "KEY" });
});

Deno.test("a plugin runs again when its credentials expire, and not before", async () => {
  const clock = fakeClock();
  const folder = await Deno.makeTempDir();
  const ends = new Date(clock.now() + 120_000).toISOString();
  const line =
    `echo x >> "$RUNS"; printf '{"status":{"token":"t%s","expirationTimestamp":"${ends}"}}' ` +
    `$(wc -l < "$RUNS")`;
  const exec = shell(line, { env: [{ name: "RUNS", value: `${folder}/runs` }] });
  const plugin = createExecPlugin({ exec, cluster: CLUSTER, clock, terminal: false });
  assertEquals(await plugin(), { authorization: "Bearer t1" });
  clock.advance(59_999);
  assertEquals(await plugin(), { authorization: "Bearer t1" });
  clock.advance(1);
  assertEquals(await plugin(), { authorization: "Bearer t2" });
  await Deno.remove(folder, { recursive: true });
});

Deno.test("with provideClusterInfo, a plugin receives the cluster entry with the content of its files", async () => {
  assertEquals(await inputOf({}), {
    apiVersion: "client.authentication.k8s.io/v1",
    kind: "ExecCredential",
    spec: { interactive: false },
  });
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, "CA");
  const cluster = {
    ...CLUSTER,
    "certificate-authority": file,
    extensions: [{ name: "client.authentication.k8s.io/exec", extension: { audience: "a" } }],
  };
  assertEquals((await inputOf({ provideClusterInfo: true }, false, cluster)).spec.cluster, {
    server: "https://api:6443",
    "certificate-authority-data": btoa("CA"),
    config: { audience: "a" },
  });
  await Deno.remove(file);
});

Deno.test("a plugin may ask the user only on a terminal, and never with interactiveMode Never", async () => {
  assertEquals((await inputOf({ interactiveMode: "IfAvailable" }, true)).spec.interactive, true);
  assertEquals((await inputOf({ interactiveMode: "Always" }, true)).spec.interactive, true);
  assertEquals((await inputOf({ interactiveMode: "Never" }, true)).spec.interactive, false);
  assertEquals(
    await refusal(printing({ status: { token: "t" } }, { interactiveMode: "Always" })),
    'Cannot get credentials from the exec plugin "echo": it must ask the user ' +
      '("interactiveMode: Always"), but standard input is not a terminal; select another user entry of the kubeconfig',
  );
});

Deno.test("an error has the name and the message of a failed plugin", async () => {
  assertEquals(
    await refusal(shell("echo please log in >&2; exit 3")),
    'Cannot get credentials from the exec plugin "sh": it exited with code 3: please log in',
  );
  assertEquals(
    await refusal({ command: "no-such-plugin", installHint: "get it from your administrator\n" }),
    'Cannot get credentials from the exec plugin "no-such-plugin": the program is not on the PATH: get it from your administrator',
  );
});

Deno.test("an invalid output is refused without quoting it", async () => {
  const prefix = 'Cannot get credentials from the exec plugin "echo": ';
  const neither = "its output has neither a token nor a certificate with its key";
  const outputs: [ExecEntry, string][] = [
    [{ command: "echo", args: ["secret"] }, "its output is not JSON"],
    [printing(null), neither],
    [printing({ status: { clientCertificateData: "CERT" } }), neither],
    [
      printing({ apiVersion: "client.authentication.k8s.io/v1beta1", status: { token: "secret" } }),
      'its output has version "client.authentication.k8s.io/v1beta1", but the kubeconfig requires "client.authentication.k8s.io/v1"',
    ],
  ];
  for (const [exec, reason] of outputs) assertEquals(await refusal(exec), prefix + reason);
});
