import { BUILD_ENVIRONMENT, BUILD_FLAGS } from "./go.ts";
import type { GoModule, GoProgram } from "./go_module.ts";
import { lines } from "../lines.ts";
import type { BuildProgress } from "./progress_text.ts";

const KEPT_ERROR_LINES = 20;
const TICK_MS = 1000;

/** The part of the progress that a single build knows. */
export type BuildStep = Pick<BuildProgress, "step" | "done" | "total" | "elapsedSeconds">;

/**
 * Builds one program into `output`. Throws with the end of Go's own messages when it cannot.
 * `onStep` is called at each package and at least once a second.
 */
export async function buildProgram(
  module: GoModule,
  program: GoProgram,
  output: string,
  onStep: (step: BuildStep) => void,
): Promise<void> {
  const startedAtMs = Date.now();
  let state: Omit<BuildStep, "elapsedSeconds"> = { step: "preparing", done: 0, total: 0 };
  const show = (next: typeof state) => {
    state = next;
    onStep({ ...state, elapsedSeconds: (Date.now() - startedAtMs) / 1000 });
  };
  // Linking takes half a minute in which Go says nothing.
  const tick = setInterval(() => show(state), TICK_MS);
  try {
    show(state);
    const countDownloads = (line: string) => {
      if (!line.startsWith("go: downloading ")) return;
      show({ step: "downloading", done: state.done + 1, total: 0 });
    };
    const flags = [...BUILD_FLAGS, "-ldflags", module.linkerFlags];
    const stale = await go(
      ["list", ...flags, "-deps", "-f", "{{if .Stale}}{{.ImportPath}}{{end}}", program.package],
      module,
      countDownloads,
    );
    const packages = new Set(stale.split("\n").filter((line) => line !== ""));
    show({ step: "compiling", done: 0, total: packages.size });
    await go(["build", ...flags, "-v", "-o", output, program.package], module, (line) => {
      if (!packages.delete(line)) return;
      const step = packages.size === 0 ? "linking" : "compiling";
      show({ step, done: state.done + 1, total: state.total });
    });
  } catch (error) {
    throw new Error(`Cannot build "${program.name}" in "${module.directory}"`, { cause: error });
  } finally {
    clearInterval(tick);
  }
}

/** Runs go, hands each line of its standard error to `onLine`, returns its standard output. */
async function go(
  args: string[],
  module: GoModule,
  onLine: (line: string) => void,
): Promise<string> {
  const child = new Deno.Command("go", {
    args,
    cwd: module.directory,
    env: BUILD_ENVIRONMENT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const said: string[] = [];
  const listen = async () => {
    for await (const line of lines(child.stderr)) {
      said.push(line);
      if (said.length > KEPT_ERROR_LINES) said.shift();
      onLine(line);
    }
  };
  const [stdout, status] = await Promise.all([
    new Response(child.stdout).text(),
    child.status,
    listen(),
  ]);
  if (!status.success) {
    throw new Error(`"go ${args[0]}" ended with code ${status.code}:\n${said.join("\n")}`);
  }
  return stdout;
}
