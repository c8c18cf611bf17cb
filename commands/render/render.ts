import { describeFlags, helpRequested } from "../cli/flags.ts";
import { readRenderOptions, RENDER_FLAGS } from "./options.ts";

/**
 * Runs `dynamo-operator render`: prints the manifests that the operator would apply or, with `--diff`, the changes that
 * it would make in a cluster. Returns the exit code.
 *
 * @throws {UsageError} for an invalid command line
 * @throws {Error} for invalid manifests
 */
export async function render(args: readonly string[]): Promise<number> {
  if (helpRequested(args)) {
    console.log("Usage: dynamo-operator render -f FILE [flags]");
    console.log("       dynamo-operator render --diff --kubeconfig FILE [flags]\n");
    console.log(describeFlags(RENDER_FLAGS));
    console.log(
      "\nThe command also accepts every flag of `dynamo-operator run`, so that it can run with the arguments of an operator.",
    );
    return 0;
  }
  const options = readRenderOptions(args);
  if (options.diff) {
    const { printDiff } = await import("./print_diff.ts");
    await printDiff(options);
  } else {
    const { printManifests } = await import("./print_manifests.ts");
    await printManifests(options);
  }
  return 0;
}
