// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertMatch } from "@std/assert";
import { firstAuthority } from "../kube/testing/authorities.ts";
import { scriptedServer } from "../kube/testing/scripted_server.ts";
import { eventually } from "./support/eventually.ts";

const ROOT = new URL("../", import.meta.url).pathname;

/** Starts the operator with a kubeconfig for this cluster and user, and with the Deno permissions of the binary. */
async function start(cluster: { server: string }, user: unknown = { token: "t" }) {
  const folder = await Deno.makeTempDir();
  const kubeconfig = `${folder}/kubeconfig.json`;
  const content = {
    "current-context": "c",
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    clusters: [{ name: "c", cluster }],
    users: [{ name: "u", user }],
  };
  await Deno.writeTextFile(kubeconfig, JSON.stringify(content));
  const flags = [
    `--kubeconfig=${kubeconfig}`,
    "--metrics-bind-address=0",
    "--health-probe-bind-address=0",
  ];
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "-P=binary", "main.ts", "run", ...flags],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stderr: "piped",
  }).spawn();
  return {
    process,
    async ended() {
      const { code, stderr } = await process.output();
      await Deno.remove(folder, { recursive: true });
      return { code, lines: new TextDecoder().decode(stderr).trim().split("\n") };
    },
  };
}

Deno.test("a SIGTERM during the start ends the operator with exit code 0", async () => {
  const started = await Deno.makeTempDir();
  // The exec plugin never responds, so the operator is still starting when the signal arrives.
  const script = `touch ${started}/yes; exec sleep 20 2>/dev/null`;
  const exec = { command: "sh", args: ["-c", script] };
  const { process, ended } = await start({ server: "https://127.0.0.1:39999" }, { exec });
  const exists = () => Deno.stat(`${started}/yes`).then(() => true, () => false);
  await eventually(async () => assertEquals(await exists(), true));
  process.kill("SIGTERM");
  const { code, lines } = await ended();
  assertEquals(code, 0, lines.join("\n"));
  await Deno.remove(started, { recursive: true });
});

Deno.test("an unreachable API server causes one warning in the log, without stack traces", async () => {
  const { process, ended } = await start({ server: "http://127.0.0.1:39999" });
  // During this time the operator requests each kind several times.
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  process.kill("SIGTERM");
  const { code, lines } = await ended();
  assertEquals(code, 0, lines.join("\n"));
  const records = lines.map((line): { level: string; message: string } => JSON.parse(line));
  assertEquals(records.map(({ level }) => level), ["INFO", "WARN", "INFO"], lines.join("\n"));
  assertMatch(records[1]?.message ?? "", /^The API server has not responded for 0 s, retrying: /);
});

Deno.test("a certificate of the API server that the kubeconfig does not trust ends the operator with an error", async () => {
  const { cert, key } = firstAuthority;
  const server = scriptedServer((_request, answer) => answer.json(200, {}), { cert, key });
  // The server's own certificate is not a CA certificate.
  const authority = { "certificate-authority-data": btoa(cert) };
  const { ended } = await start({ server: server.url, ...authority });
  const { code, lines } = await ended();
  assertEquals(code, 1, lines.join("\n"));
  assertMatch(
    lines.at(-1) ?? "",
    /^dynamo-operator: Cannot get "\/version": .*invalid peer certificate.*The kubeconfig or ServiceAccount must contain/,
  );
  await server.close();
});
