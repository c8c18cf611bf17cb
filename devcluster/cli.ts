/** `deno task cluster`: starts and stops control planes. Results go to standard output, messages to standard error. */
import { findAddons } from "./addons.ts";
import { type CliCommand, parseCliArgs, USAGE, UsageError } from "./cli_args.ts";
import type { Cluster } from "./cluster.ts";
import { connectCluster } from "./connect_cluster.ts";
import { describeError } from "./describe_error.ts";
import { GONE_PREFIX, instancesRoot } from "./instance/folder.ts";
import { endInstance, findRunning } from "./instance/instance.ts";
import { cleanUpStale } from "./instance/reserve_name.ts";
import { NameInUseError, startCluster } from "./start_cluster.ts";
import { cacheDirectory } from "./toolchain/cache_directory.ts";
import { CONTROL_PLANE_MODULES, HELM_MODULE } from "./toolchain/control_plane_modules.ts";
import { standardErrorProgress } from "./toolchain/progress.ts";
import { ensureToolchain, linkPrograms } from "./toolchain/toolchain.ts";
import { until } from "./until.ts";

const OTHER_BOOT_TIMEOUT_MS = 180_000;

async function run(command: CliCommand): Promise<void> {
  switch (command.command) {
    case "help":
      return console.log(USAGE);
    case "up":
      return await up(command.name, command.addons);
    case "kubeconfig":
      return console.log((await find(command.name)).kubeconfig);
    case "bin":
      return console.log(await bin());
    case "down":
      return "all" in command ? await downAll() : await down(command.name);
  }
}

async function up(name: string, addonNames: string[]): Promise<void> {
  const addons = findAddons(addonNames);
  const running = await connectCluster(name);
  const cluster = running ?? await start(name);
  for (const addon of addons) await addon(cluster);
  console.error(`The control plane "${name}" ${running ? "runs already" : "is ready"}; to use it:`);
  console.error(`  export KUBECONFIG=${cluster.kubeconfig}`);
}

async function start(name: string): Promise<Cluster> {
  try {
    return await startCluster({ name, detached: true });
  } catch (error) {
    if (!(error instanceof NameInUseError)) throw error;
    console.error(`Another process is starting the control plane "${name}"; waiting for it`);
    return await until(
      `the control plane "${name}"`,
      OTHER_BOOT_TIMEOUT_MS,
      () => connectCluster(name),
    );
  }
}

async function find(name: string): Promise<Cluster> {
  const cluster = await connectCluster(name);
  if (cluster !== undefined) return cluster;
  throw new Error(
    `Cannot find a control plane "${name}": it does not run; ` +
      `start it with "deno task cluster up --name ${name}"`,
  );
}

async function down(name: string): Promise<void> {
  const cluster = await connectCluster(name);
  await cluster?.stop();
  // `cluster` is undefined if a program of the control plane has failed. `cleanUpStale` removes the files of such a
  // control plane.
  await cleanUpStale(await instancesRoot());
  console.error(`The control plane "${name}" ${cluster ? "has stopped" : "does not run"}`);
}

/** Stops all detached control planes of this user. A running test or demo stops its own control plane. */
async function downAll(): Promise<void> {
  const root = await instancesRoot();
  for (const name of await cleanUpStale(root)) {
    console.error(`Deleted the leftover files of control plane "${name}"`);
  }
  for await (const { name, isDirectory } of Deno.readDir(root)) {
    if (!isDirectory || name.startsWith(GONE_PREFIX)) continue;
    if ((await findRunning(root, name))?.detached) {
      await endInstance(root, name);
      console.error(`The control plane "${name}" has stopped`);
    } else console.error(`Skipped "${name}": the process that started it will stop it`);
  }
}

async function bin(): Promise<string> {
  const cache = cacheDirectory();
  const toolchain = await ensureToolchain({
    modules: [...CONTROL_PLANE_MODULES, HELM_MODULE],
    cacheDirectory: cache,
    progress: standardErrorProgress(),
  });
  return await linkPrograms(cache, toolchain);
}

if (import.meta.main) {
  try {
    await run(parseCliArgs(Deno.args));
  } catch (error) {
    console.error(describeError(error));
    if (error instanceof UsageError) console.error(USAGE);
    Deno.exit(error instanceof UsageError ? 2 : 1);
  }
}
