import { type Client, createClient } from "../../kube/client.ts";
import { kubeconfigConfig } from "../../kube/auth/kubeconfig.ts";
import { createTransport } from "../../kube/transport.ts";
import { PROJECT } from "../names.ts";
import type { Screen } from "../view/screen.ts";
import { createKubectl, type Kubectl } from "./kubectl.ts";

/** The cluster in which the story plays. */
export interface ClusterAccess extends AsyncDisposable {
  readonly kubectl: Kubectl;
  /** Somebody else's: then all that is made there must be taken away again. */
  readonly shared: boolean;
  /** Base address of the API server. */
  readonly server: string;
  /** Value of the variable KUBECONFIG. */
  readonly kubeconfig: string;
  /** Folder for the operator's files, for nobody else to read; gone when the access is disposed of. */
  readonly folder: string;
  /** Path of the kubectl that is called, or its name if it is found on PATH. */
  readonly program: string;
  /** A client with the rights of the kubeconfig's user. */
  readonly client: Client;
}

export interface AccessOptions {
  kubeconfig: string;
  /** Context of the kubeconfig; its current one if absent. */
  context?: string;
  program: string;
  folder: string;
  screen: Screen;
  /** Ends what this access stands for. */
  end(): Promise<void>;
}

/** Makes the access to an API server by a kubeconfig. Throws when the kubeconfig or the context cannot be used. */
export async function accessCluster(options: AccessOptions): Promise<ClusterAccess> {
  const { kubeconfig, context, program, folder, screen, end } = options;
  const paths = kubeconfig.split(":").filter((path) => path !== "");
  const config = await kubeconfigConfig({ paths, context });
  const transport = createTransport(config, { userAgent: "dynamo-demo" });
  const flags = context === undefined ? [] : [`--context=${context}`];
  return {
    kubectl: createKubectl({ program, kubeconfig, flags, directory: PROJECT, screen }),
    shared: context !== undefined,
    server: config.server,
    kubeconfig,
    folder,
    program,
    client: createClient(transport, { fieldManager: "dynamo-demo" }),
    async [Symbol.asyncDispose]() {
      transport.close();
      await end();
    },
  };
}
