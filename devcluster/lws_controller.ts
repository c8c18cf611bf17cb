import { pickPorts } from "./instance/ports.ts";
import { spawnTethered, untilReady } from "./tethered_process.ts";
import { cacheDirectory } from "./toolchain/cache_directory.ts";
import { LWS_MODULE } from "./toolchain/control_plane_modules.ts";
import { standardErrorProgress } from "./toolchain/progress.ts";
import { ensureToolchain } from "./toolchain/toolchain.ts";

const START_TIMEOUT_MS = 60_000;

export interface LwsController {
  /** Loopback port on which the controller serves its admission webhooks. */
  webhookPort: number;
  pid: number;
}

/**
 * Starts the controller of LeaderWorkerSets for a control plane that serves their CRD. Returns when the admission
 * webhooks of the controller respond. Builds the controller first if it is not cached. The controller stops when the
 * control plane stops.
 *
 * @param folder folder of the control plane; the webhooks use the certificate of its API server
 */
export async function startLwsController(
  { folder, kubeconfig }: { folder: string; kubeconfig: string },
): Promise<LwsController> {
  const toolchain = await ensureToolchain({
    modules: [LWS_MODULE],
    cacheDirectory: cacheDirectory(),
    progress: standardErrorProgress(),
  });
  const [webhookPort = 0, healthPort = 0] = pickPorts(2);
  const certDir = `${folder}/lws`;
  await Deno.mkdir(certDir, { recursive: true });
  for (const kind of ["crt", "key"]) {
    await Deno.copyFile(`${folder}/pki/kube-apiserver.${kind}`, `${certDir}/tls.${kind}`);
  }
  const configFile = `${certDir}/config.json`;
  await Deno.writeTextFile(configFile, configuration({ certDir, webhookPort, healthPort }));
  const program = spawnTethered({
    command: [toolchain.get("lws-manager") ?? "", `--config=${configFile}`],
    env: { KUBECONFIG: kubeconfig },
    logFile: `${folder}/logs/lws-manager.log`,
    // The controller stops when this file is removed. The file is removed when the control plane stops.
    livesWith: kubeconfig,
  });
  const controller = { webhookPort, pid: program.pid };
  await untilReady(
    program,
    "The controller of LeaderWorkerSets",
    START_TIMEOUT_MS,
    () => servesWebhooks(controller, folder),
  );
  program.unref();
  return controller;
}

/** Returns the configuration file of the controller, which disables leader election and metrics. */
function configuration(
  { certDir, webhookPort, healthPort }: {
    certDir: string;
    webhookPort: number;
    healthPort: number;
  },
): string {
  return JSON.stringify({
    apiVersion: "config.lws.x-k8s.io/v1alpha1",
    kind: "Configuration",
    webhook: { host: "127.0.0.1", port: webhookPort, certDir },
    leaderElection: { leaderElect: false },
    metrics: { bindAddress: "0" },
    health: { healthProbeBindAddress: `127.0.0.1:${healthPort}` },
    internalCertManagement: { enable: false },
  });
}

/** Path of the webhook that the controller registers last. When it responds, all webhooks respond. */
const LAST_WEBHOOK = "/validate--v1-pod";

export async function servesWebhooks(
  { webhookPort }: LwsController,
  folder: string,
): Promise<boolean> {
  const caCerts = [await Deno.readTextFile(`${folder}/pki/ca.crt`)];
  using client = Deno.createHttpClient({ caCerts });
  try {
    const url = `https://127.0.0.1:${webhookPort}${LAST_WEBHOOK}`;
    const response = await fetch(url, { method: "POST", body: "{}", client });
    await response.body?.cancel();
    return response.status !== 404;
  } catch (error) {
    // Deno throws a TypeError if the connection fails, for example because the controller is not listening yet.
    if (error instanceof TypeError) return false;
    throw error;
  }
}
