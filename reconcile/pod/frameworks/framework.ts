import type { ComponentSpec } from "../../../crds/kinds/component_spec.ts";
import { isWorker } from "../../dynamo/component_type.ts";
import { PlanError } from "../../dynamo/plan_error.ts";

const FRAMEWORKS = ["vllm", "sglang", "trtllm"] as const;

/** The inference engine of a component; `noop` where there is none or none is known. */
export type Framework = typeof FRAMEWORKS[number] | "noop";

/**
 * Finds the engine of a worker: what its command runs (`python3 -m dynamo.vllm …`), else what is configured.
 *
 * @param configured the `backendFramework` of the graph or the component
 * @throws {PlanError} if the two differ, or the command runs several engines and none is configured
 */
export function backendFramework(
  spec: ComponentSpec,
  configured: string | undefined,
): Framework {
  if (!isWorker(spec)) return "noop";
  const { command = [], args = [] } = spec.extraPodSpec?.mainContainer ?? {};
  const path = `extraPodSpec.mainContainer.${args.length > 0 ? "args" : "command"}`;
  const detected = frameworksIn([...command, ...args].join(" "));
  const [only] = detected;
  if (detected.length === 1 && only && configured && only !== configured) {
    throw new PlanError(
      path,
      `backend framework mismatch: detected "${only}" from command but explicitly configured ` +
        `as "${configured}"`,
    );
  }
  if (detected.length === 1 && only) return only;
  if (configured) return known(configured);
  if (detected.length > 1) {
    throw new PlanError(
      path,
      "could not determine backend framework: multiple backend frameworks detected from " +
        `command: ${detected.join(", ")}; set backendFramework`,
    );
  }
  return "noop";
}

function known(configured: string): Framework {
  const framework = FRAMEWORKS.find((name) => name === configured);
  if (framework) return framework;
  throw new PlanError("backendFramework", `unsupported backend framework: ${configured}`);
}

/**
 * The engines whose modules Python runs somewhere in a shell line: `python`, `-m` and `dynamo.<engine>` in this
 * order with no `|`, `&` or `;` between. Three plain searches instead of one pattern, whose backtracking a long
 * line could exploit.
 */
function frameworksIn(line: string): Framework[] {
  const modules = line.split(/[|&;]/).map((segment) =>
    after(/-m[\t\n\f\r ]/, after(PYTHON, segment))
  );
  return FRAMEWORKS.filter((name) => modules.some((text) => text.includes(`dynamo.${name}`)));
}

const PYTHON = /python[0-9.]*[\t\n\f\r ]/;

/** What follows the first match, "" if there is none. */
function after(pattern: RegExp, text: string): string {
  const match = pattern.exec(text);
  return match ? text.slice(match.index + match[0].length) : "";
}
