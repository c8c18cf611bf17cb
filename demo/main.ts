/**
 * `deno task demo`: the life of a graph on a real control plane, from nothing to ready to gone.
 *
 *     deno task demo [--keep] [--context NAME]
 */
import { describeFlags, type Flag, parseFlags } from "../commands/flags.ts";
import { UsageError } from "../commands/usage_error.ts";
import { describeError } from "./describe_error.ts";
import { runDemo } from "./run_demo.ts";
import { standardOutputScreen } from "./view/screen.ts";

const FLAGS: readonly Flag[] = [
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
  return await runDemo({
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
