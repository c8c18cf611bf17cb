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
 * For `kubectl wait`: until a CRD is served. `--for=condition=Established` gives up at once on a CRD that has no
 * conditions yet, as it is in its first moment.
 */
export const ESTABLISHED =
  '--for=jsonpath={.status.conditions[?(@.type=="Established")].status}=True';
