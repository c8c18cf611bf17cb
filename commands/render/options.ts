import type { PlatformConfig } from "../../reconcile/dynamo/platform_config.ts";
import { type Flag, parseFlags } from "../cli/flags.ts";
import { UsageError } from "../cli/usage_error.ts";
import { RUN_FLAGS } from "../run/flags.ts";
import { oneOf, readPlatformConfig } from "../run/options.ts";

/** Flags of `dynamo-operator render`, which also accepts all flags of `run`. */
export const RENDER_FLAGS: readonly Flag[] = [
  {
    name: "filename",
    short: "f",
    type: "string",
    default: "",
    help: 'file with manifests in YAML or JSON, "-" for standard input; repeatable',
  },
  {
    name: "namespace",
    short: "n",
    type: "string",
    default: "",
    help:
      'namespace of manifests that do not name one, "default" by default; with --diff: the only namespace to compare',
  },
  {
    name: "orchestrator",
    type: "string",
    default: "deployment",
    help: "orchestrator in the cluster: lws, grove, or deployment if neither of them is installed",
  },
  {
    name: "diff",
    type: "boolean",
    default: false,
    help:
      "list what the operator would change in the cluster of --kubeconfig, and which pods would restart",
  },
];

const ORCHESTRATORS = ["deployment", "lws", "grove"] as const;

/** An orchestrator that a cluster may serve. */
export type InstalledOrchestrator = typeof ORCHESTRATORS[number];

/** Options of `dynamo-operator render`. */
export interface RenderOptions {
  files: readonly string[];
  /** With `--diff`, the namespace to compare; otherwise the default namespace of custom resources. "" if not set. */
  namespace: string;
  orchestrator: InstalledOrchestrator;
  diff: boolean;
  kubeconfig: string;
  context: string;
  /** Namespace that a namespace-scoped operator manages; "" for a cluster-wide operator. */
  restrictedNamespace: string;
  platform: PlatformConfig;
}

/** Parses the flags of `render`. Throws a UsageError for an unknown flag, an invalid value or a wrong combination. */
export function readRenderOptions(args: readonly string[]): RenderOptions {
  const { values, given, repeated } = parseFlags([...RENDER_FLAGS, ...RUN_FLAGS], args);
  const text = (name: string) => String(values[name]);
  const options: RenderOptions = {
    files: repeated.get("filename") ?? [],
    namespace: text("namespace"),
    orchestrator: oneOf(values, "orchestrator", ORCHESTRATORS),
    diff: values["diff"] === true,
    kubeconfig: text("kubeconfig"),
    context: text("context"),
    restrictedNamespace: text("restrictedNamespace"),
    platform: readPlatformConfig(values),
  };
  if (!options.diff && options.files.length === 0) {
    throw new UsageError(
      'Flag "--filename" is required: give a file with manifests, or "-" for standard input',
    );
  }
  for (const flag of options.diff ? ["filename", "orchestrator"] : []) {
    if (!given.includes(flag)) continue;
    throw new UsageError(
      `Flag "--${flag}" cannot be combined with "--diff", which reads graphs and orchestrators from the cluster`,
    );
  }
  return options;
}
