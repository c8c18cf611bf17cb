/**
 * `deno task demo`: shows a graph on a real control plane, from its creation to its deletion. With `--partition`, it
 * shows the deletion of a partition of a DynamoDB table instead. With `--autoscale`, it shows how a
 * HorizontalPodAutoscaler scales a service.
 *
 *     deno task demo [--partition | --autoscale | [--keep] [--context NAME]]
 */
import { describeFlags, type Flag, helpRequested, parseFlags } from "../commands/cli/flags.ts";
import { UsageError } from "../commands/cli/usage_error.ts";
import { describeError } from "../devcluster/describe_error.ts";
import { AUTOSCALE_DEMO } from "./autoscale_demo.ts";
import { GRAPH_DEMO } from "./graph_demo.ts";
import { standardOutput } from "./output.ts";
import { PARTITION_DEMO } from "./partition_demo.ts";
import { runDemo } from "./run_demo.ts";

const FLAGS: readonly Flag[] = [
  {
    name: "partition",
    type: "boolean",
    default: false,
    help:
      "delete a partition of a table in DynamoDB Local; needs JDK 17 or newer, and Maven for the first download",
  },
  {
    name: "autoscale",
    type: "boolean",
    default: false,
    help: "scale a service by a HorizontalPodAutoscaler and a simulated load",
  },
  {
    name: "keep",
    type: "boolean",
    default: false,
    help: "keep the cluster and the operator running, and print how to use and stop them",
  },
  {
    name: "context",
    type: "string",
    default: "",
    help:
      "use the cluster of this context of your kubeconfig, which must not contain graphs, instead of a new control plane",
  },
];

async function main(args: readonly string[]): Promise<number> {
  if (helpRequested(args)) {
    console.log(`Usage: deno task demo [flags]\n\n${describeFlags(FLAGS)}`);
    return 0;
  }
  const { partition, autoscale, keep, context } = parseFlags(FLAGS, args).values;
  if (partition === true && autoscale === true) {
    throw new UsageError('Cannot combine "--partition" with "--autoscale": run one demo at a time');
  }
  const isOutlived = keep === true || context !== "";
  if (partition === true && isOutlived) {
    throw new UsageError(
      'Cannot combine "--partition" with "--keep" or "--context": its table and its pods cannot outlive the demo',
    );
  }
  if (autoscale === true && isOutlived) {
    throw new UsageError(
      'Cannot combine "--autoscale" with "--keep" or "--context": its metrics API cannot outlive the demo',
    );
  }
  return await runDemo({
    demo: partition === true ? PARTITION_DEMO : autoscale === true ? AUTOSCALE_DEMO : GRAPH_DEMO,
    keep: keep === true,
    contextName: typeof context === "string" && context !== "" ? context : undefined,
    output: standardOutput(),
  });
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    console.error(describeError(error));
    Deno.exit(error instanceof UsageError ? 2 : 1);
  }
}
