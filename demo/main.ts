/**
 * `deno task demo`: the life of a graph on a real control plane, from nothing to ready to gone; or with `--partition`
 * the deletion of a partition of a DynamoDB table.
 *
 *     deno task demo [--partition | [--keep] [--context NAME]]
 */
import { describeFlags, type Flag, parseFlags } from "../commands/cli/flags.ts";
import { UsageError } from "../commands/cli/usage_error.ts";
import { describeError } from "./describe_error.ts";
import { PARTITION_STORY } from "./partition/story.ts";
import { runDemo } from "./run_demo.ts";
import { GRAPH_STORY } from "./story.ts";
import { standardOutputScreen } from "./view/screen.ts";

const FLAGS: readonly Flag[] = [
  {
    name: "partition",
    type: "boolean",
    default: false,
    help: "delete a partition of a table in DynamoDB Local instead; needs Java 17, and once Maven",
  },
  {
    name: "keep",
    type: "boolean",
    default: false,
    help: "leave the cluster and the operator up, and say how to go on and how to end them",
  },
  {
    name: "context",
    type: "string",
    default: "",
    help:
      "play in the cluster of this context of your kubeconfig, which must hold no graphs, not in one on this machine",
  },
];

/** Far more than any step takes; a graph is ready within seconds. */
const DEADLINE_MS = 120_000;

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(`Usage: deno task demo [flags]\n\n${describeFlags(FLAGS)}`);
    return 0;
  }
  const { values } = parseFlags(FLAGS, args);
  if (values.partition === true && (values.keep === true || values.context !== "")) {
    throw new UsageError(
      'Flag "--partition" goes without "--keep" and "--context": its table and its pods end with the demo',
    );
  }
  return await runDemo({
    story: values.partition === true ? PARTITION_STORY : GRAPH_STORY,
    keep: values.keep === true,
    context: typeof values.context === "string" && values.context !== ""
      ? values.context
      : undefined,
    screen: standardOutputScreen(),
    deadlineMs: DEADLINE_MS,
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
