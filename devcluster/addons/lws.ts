import type { Cluster } from "../cluster.ts";
import { readJson, writeJson } from "../instance/folder.ts";
import { type LwsController, servesWebhooks, startLwsController } from "../lws_controller.ts";
import { lwsCrds, lwsFile } from "./lws_crds.ts";
import { localWebhooks } from "./local_webhooks.ts";

/**
 * Installs the CRD of LeaderWorkerSets, their controller and its admission webhooks. Does nothing if the controller is
 * already running. The controller stops when the control plane stops.
 */
export async function lws(cluster: Cluster): Promise<void> {
  const { folder, kubeconfig, kubectl } = cluster;
  const file = `${folder}/lws.json`;
  const running = await readJson<LwsController>(file);
  if (running && await servesWebhooks(running, folder)) return;
  await lwsCrds(cluster);
  const controller = await startLwsController({ folder, kubeconfig });
  const manifests = await Deno.readTextFile(await lwsFile("config/webhook/manifests.yaml"));
  const caBundle = btoa(await Deno.readTextFile(`${folder}/pki/ca.crt`));
  const { webhookPort: port } = controller;
  for (const configuration of localWebhooks(manifests, { port, caBundle })) {
    await kubectl(["apply", "--server-side", "-f", "-"], JSON.stringify(configuration));
  }
  await writeJson(file, controller);
}
