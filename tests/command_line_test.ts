// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { spawnOperator } from "../devcluster/operator_process.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const PROBE = `${ROOT}tests/support/permission_probe.ts`;

async function deno(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

const operator = (...args: string[]) => deno("run", "--no-prompt", "-P=run", "main.ts", ...args);

Deno.test("wrong usage ends with exit code 2 and a message that names the correct usage", async () => {
  const wrong: [string[], RegExp][] = [
    [["run", "--natsAdr=x"], /Unknown flag "--natsAdr": did you mean "--natsAddr"\?/],
    [["--leader-elekt"], /Unknown flag "--leader-elekt": did you mean "--leader-elect"\?/],
    [["run", "--planner-cluster-role-nam", "x"], /did you mean "--planner-cluster-role-name"\?/],
    [["run", "--workers=0"], /--workers/],
    [["run", "--resync=often"], /Cannot read duration "often"/],
    [["run", "--discovery-backend=consul"], /--discovery-backend.*kubernetes.*etcd/],
    [["run", "now"], /Unexpected argument "now"/],
    [["runn"], /Unknown command "runn"/],
    [["render"], /Flag "--filename" is required/],
    [["render", "--diff", "-f=a"], /"--filename" cannot be combined with "--diff"/],
  ];
  const answers = await Promise.all(wrong.map(([args]) => operator(...args)));
  for (const [index, { code, stderr }] of answers.entries()) {
    const [args, message] = wrong[index] ?? [[], / /];
    assertEquals(code, 2, `${args.join(" ")}: ${stderr}`);
    assertMatch(stderr, message);
  }
});

Deno.test("without a cluster the command fails and names the places where it searched for a configuration", async () => {
  const { code, stderr } = await operator("run");
  assertEquals(code, 1);
  assertMatch(stderr, /Cannot find a cluster: .*give --kubeconfig FILE/);
});

Deno.test("an unusable kubeconfig is an error that names the mistake", async () => {
  const file = await Deno.makeTempFile({ suffix: ".yaml" });
  const entry = (name: string, cluster: string, user: string) => ({
    name,
    context: { cluster, user },
  });
  await Deno.writeTextFile(
    file,
    JSON.stringify({
      contexts: [entry("stray", "gone", "me"), entry("plugin", "here", "me")],
      clusters: [{ name: "here", cluster: { server: "https://127.0.0.1:1" } }],
      users: [{ name: "me", user: { exec: { command: "sh", args: ["-c", "exit 1"] } } }],
    }),
  );
  const wrong: [string[], RegExp][] = [
    [["--kubeconfig=/no/such/file"], /Cannot read kubeconfig "\/no\/such\/file"/],
    [
      [`--kubeconfig=${file}`],
      /the current context is not set; select one; known names: "stray", "plugin"/,
    ],
    [
      [`--kubeconfig=${file}`, "--context=dev"],
      /unknown context "dev"; known names: "stray", "plugin"/,
    ],
    [[`--kubeconfig=${file}`, "--context=stray"], /unknown cluster "gone"; known names: "here"/],
    [[`--kubeconfig=${file}`, "--context=plugin"], /exec plugin "sh": it exited with code 1/],
  ];
  const answers = await Promise.all(
    wrong.map(([args]) => deno("run", "--no-prompt", "-P=binary", "main.ts", "run", ...args)),
  );
  await Deno.remove(file);
  for (const [index, { code, stderr }] of answers.entries()) {
    const [args, message] = wrong[index] ?? [[], / /];
    assertEquals(code, 1, `${args.join(" ")}: ${stderr}`);
    assertMatch(stderr, message);
  }
});

Deno.test("the help contains every flag of the Go operator", async () => {
  const { code, stdout } = await operator("run", "--help");
  assertEquals(code, 0);
  for (
    const flag of [
      ...["natsAddr", "etcdAddr", "restrictedNamespace", "model-express-url"],
      ...["prometheus-endpoint", "discovery-backend", "planner-cluster-role-name"],
      ...["leader-elect", "leader-election-id", "leader-election-namespace"],
      ...["ingress-controller-class-name", "ingress-controller-tls-secret-name"],
      ...["ingress-host-suffix", "istio-virtual-service-gateway", "virtual-service-supports-https"],
      ...["grove-termination-delay", "mpi-run-ssh-secret-name", "mpi-run-ssh-secret-namespace"],
      ...["dgdr-profiling-cluster-role-name", "namespace-scope-lease-duration"],
      ...["namespace-scope-lease-renew-interval", "operator-version", "enable-webhooks"],
      ...["metrics-secure", "enable-http2", "metrics-bind-address", "health-probe-bind-address"],
      ...["zap-devel", "zap-encoder", "zap-log-level", "zap-stacktrace-level", "zap-time-encoding"],
      ...["kubeconfig"],
    ]
  ) assertStringIncludes(stdout, `--${flag}`);
});

Deno.test("in a cluster, the Deno permissions of the operator allow only the network", async () => {
  const { stdout } = await deno("run", "--no-prompt", "-P=run", PROBE);
  assertEquals(JSON.parse(stdout), ["use the network"]);
});

Deno.test("with a kubeconfig, the Deno permissions of the operator additionally allow only that file", async () => {
  const { commandLine, stop } = spawnOperator({
    kubeconfig: "/no/such/file",
    logFile: "/dev/null",
  });
  await stop("SIGKILL");
  const [, ...args] = commandLine.split(" ");
  const flags = args.slice(0, args.findIndex((arg) => arg.endsWith("main.ts")));
  assertEquals(flags[0], "run");
  const { stdout } = await deno(...flags, PROBE);
  assertEquals(JSON.parse(stdout), ["use the network"]);
});
