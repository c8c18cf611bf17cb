import { runKubectl, untilServed } from "../../devcluster/kubectl.ts";
import { type CrdManifest, crdManifests } from "../../crds/emit/manifests.ts";
import { until } from "../../devcluster/until.ts";

const PUBLISHED_DEADLINE_MS = 60_000;

const kubeconfig = Deno.env.get("DYNAMO_TEST_KUBECONFIG");

/** True if `deno task test` did not start a control plane. Tests that need a control plane are then skipped. */
export const noServer: boolean = kubeconfig === undefined;

/** Runs kubectl as administrator of the shared control plane, and returns its output. Throws if kubectl fails. */
export function kubectl(args: string[], input?: unknown): Promise<string> {
  if (kubeconfig === undefined) {
    throw new Error(
      "Cannot reach a control plane: DYNAMO_TEST_KUBECONFIG is not set; run the tests by `deno task test`",
    );
  }
  const program = Deno.env.get("DYNAMO_TEST_KUBECTL") ?? "kubectl";
  return runKubectl(program, kubeconfig, args, input === undefined ? undefined : text(input));
}

/** Runs a kubectl command that should fail, and returns the error output. Throws if the command succeeds. */
export async function refusal(args: string[], input?: unknown): Promise<string> {
  let output: string;
  try {
    output = await kubectl(args, input);
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
  throw new Error(`"kubectl ${args.join(" ")}" was expected to fail, but printed: ${output}`);
}

/** Runs `body` in a new namespace, and deletes the namespace afterwards. */
export async function inNamespace(body: (namespace: string) => Promise<void>): Promise<void> {
  const namespace = `crds-${crypto.randomUUID().slice(0, 8)}`;
  await kubectl(["create", "namespace", namespace]);
  try {
    await body(namespace);
  } finally {
    await kubectl(["delete", "namespace", namespace, "--wait=false"]);
  }
}

/** Applies CRDs. Waits until the API server serves them and lists them in its discovery documents. */
export async function install(manifests: CrdManifest[]): Promise<void> {
  const list = { apiVersion: "v1", kind: "List", items: manifests };
  await kubectl(["apply", "--server-side", "--force-conflicts", "-f", "-"], list);
  const names = manifests.map(({ metadata }) => `crd/${metadata.name}`);
  await untilServed(kubectl, names);
  // The API server adds new CRDs to its discovery documents after a delay. `kubectl api-resources` also refreshes the
  // discovery cache, from which kubectl reads short names of kinds.
  await until("the CRDs to be published", PUBLISHED_DEADLINE_MS, async () => {
    const published = (await kubectl(["api-resources", "-o", "name"])).split("\n");
    return manifests.every(({ metadata }) => published.includes(metadata.name)) || undefined;
  });
}

let installed: Promise<void> | undefined;

/** Installs the CRDs of the Helm chart. Ignores further calls in the same test file. */
export function installCrds(): Promise<void> {
  return installed ??= install(crdManifests());
}

function text(input: unknown): string {
  return typeof input === "string" ? input : JSON.stringify(input);
}
