import { until } from "./until.ts";

const SERVED_DEADLINE_MS = 60_000;

/** Runs kubectl with a kubeconfig. Returns its standard output; throws with its standard error. */
export async function runKubectl(
  program: string,
  kubeconfig: string,
  args: string[],
  stdin?: string,
): Promise<string> {
  const child = new Deno.Command(program, {
    args: [`--kubeconfig=${kubeconfig}`, ...args],
    stdin: stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [output] = await Promise.all([
    child.output(),
    stdin === undefined ? undefined : feed(child, stdin),
  ]);
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (!output.success) {
    throw new Error(
      `"kubectl ${args.join(" ")}" ended with code ${output.code}: ${text(output.stderr)}`,
    );
  }
  return text(output.stdout);
}

async function feed(child: Deno.ChildProcess, text: string): Promise<void> {
  try {
    await new Blob([text]).stream().pipeTo(child.stdin);
  } catch (error) {
    // It ended without reading to the end; its exit code and messages say why.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

/**
 * Waits until CRDs are served. In its first moment a CRD has `conditions: null`, at which `kubectl wait` gives up at
 * once, whether it is asked for the condition or by JSONPath; then it is asked again.
 *
 * @param kubectl runs kubectl; throws with its standard error
 * @param target the arguments that name the CRDs
 */
export async function untilServed(
  kubectl: (args: string[]) => Promise<unknown>,
  target: readonly string[],
): Promise<void> {
  await until("the CRDs to be served", SERVED_DEADLINE_MS, async () => {
    try {
      await kubectl(["wait", "--for=condition=Established", "--timeout=60s", ...target]);
      return true;
    } catch (error) {
      if (error instanceof Error && error.message.includes("<nil>")) return undefined;
      throw error;
    }
  });
}
