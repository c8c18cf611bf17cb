// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import { createExecPlugin } from "./exec_plugin.ts";
import type { ClusterEntry, ExecEntry } from "./kubeconfig_file.ts";
import { fakeClock } from "../testing/fake_clock.ts";

const CLUSTER: ClusterEntry = { server: "https://api:6443" };

/** A plugin that is a line of shell. */
function shell(line: string, more: Partial<ExecEntry> = {}): ExecEntry {
  return { command: "sh", args: ["-c", line], ...more };
}

function printing(answer: unknown, more: Partial<ExecEntry> = {}): ExecEntry {
  return { command: "echo", args: [JSON.stringify(answer)], ...more };
}

function pluginOf(exec: ExecEntry, terminal = false, cluster = CLUSTER) {
  return createExecPlugin({ exec, cluster, clock: fakeClock(), terminal });
}

async function refusal(exec: ExecEntry): Promise<string> {
  return (await assertRejects(pluginOf(exec), Error)).message;
}

/** What a plugin is told, as it gives it back. */
async function told(exec: Partial<ExecEntry>, terminal = false, cluster = CLUSTER) {
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

Deno.test("it runs again when what it gave has ended, and not before", async () => {
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

Deno.test("it is told of the cluster if it asks, with the content of files", async () => {
  assertEquals(await told({}), {
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
  assertEquals((await told({ provideClusterInfo: true }, false, cluster)).spec.cluster, {
    server: "https://api:6443",
    "certificate-authority-data": btoa("CA"),
    config: { audience: "a" },
  });
  await Deno.remove(file);
});

Deno.test("it may ask questions on a terminal alone, and never if it says so", async () => {
  assertEquals((await told({ interactiveMode: "IfAvailable" }, true)).spec.interactive, true);
  assertEquals((await told({ interactiveMode: "Always" }, true)).spec.interactive, true);
  assertEquals((await told({ interactiveMode: "Never" }, true)).spec.interactive, false);
  assertEquals(
    await refusal(printing({ status: { token: "t" } }, { interactiveMode: "Always" })),
    'Cannot get credentials from the exec plugin "echo": it wants to ask questions ' +
      '("interactiveMode: Always"), and the standard input is no terminal; use another user',
  );
});

Deno.test("one that fails is named with what it said", async () => {
  assertEquals(
    await refusal(shell("echo please log in >&2; exit 3")),
    'Cannot get credentials from the exec plugin "sh": it ended with exit code 3: please log in',
  );
  assertEquals(
    await refusal({ command: "no-such-plugin", installHint: "get it from your administrator\n" }),
    'Cannot get credentials from the exec plugin "no-such-plugin": there is no such program on the PATH: get it from your administrator',
  );
});

Deno.test("an answer that cannot be used is refused without showing it", async () => {
  const prefix = 'Cannot get credentials from the exec plugin "echo": ';
  const answers: [ExecEntry, string][] = [
    [{ command: "echo", args: ["secret"] }, "what it printed is no JSON"],
    [printing(null), "what it printed has neither a token nor a certificate with its key"],
    [
      printing({ status: { clientCertificateData: "CERT" } }),
      "what it printed has neither a token nor a certificate with its key",
    ],
    [
      printing({ apiVersion: "client.authentication.k8s.io/v1beta1", status: { token: "secret" } }),
      'it speaks "client.authentication.k8s.io/v1beta1", and the kubeconfig says "client.authentication.k8s.io/v1"',
    ],
  ];
  for (const [exec, why] of answers) assertEquals(await refusal(exec), prefix + why);
});
