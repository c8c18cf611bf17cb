import { lines } from "../lines.ts";
import { BUILD_ENVIRONMENT, BUILD_FLAGS } from "./go.ts";
import type { GoModule, GoProgram } from "./go_module.ts";
import type { BuildProgress } from "./progress_text.ts";

const MAX_ERROR_LINES = 20;
const TICK_INTERVAL_MS = 1000;

/** The fields of a `BuildProgress` that `buildProgram` reports. The caller adds the other fields. */
export type BuildStep = Pick<BuildProgress, "step" | "done" | "total" | "elapsedSeconds">;

/**
 * Builds one program into the file `output`. Throws an error with the last messages of Go if the build fails.
 *
 * @param onStep is called for each package and at least once a second
 */
export async function buildProgram(
  module: GoModule,
  program: GoProgram,
  output: string,
  onStep: (step: BuildStep) => void,
): Promise<void> {
  const startedAtMs = Date.now();
  let state: Omit<BuildStep, "elapsedSeconds"> = { step: "listing", done: 0, total: 0 };
  const show = (next: typeof state) => {
    state = next;
    onStep({ ...state, elapsedSeconds: (Date.now() - startedAtMs) / 1000 });
  };
  // While Go links, it prints nothing for up to half a minute. The timer still updates the elapsed time.
  const tick = setInterval(() => show(state), TICK_INTERVAL_MS);
  try {
    show(state);
    const flags = [...BUILD_FLAGS, "-ldflags", module.linkerFlags];
    const list = ["list", ...flags, "-deps", "-f", "{{if .Stale}}{{.ImportPath}}{{end}}"];
    const stale = await go([...list, program.package], module, (line) => {
      if (!line.startsWith("go: downloading ")) return;
      show({ step: "downloading", done: state.done + 1, total: 0 });
    });
    const packages = new Set(stale.split("\n").filter((line) => line !== ""));
    show({ step: "compiling", done: 0, total: packages.size });
    await go(["build", ...flags, "-v", "-o", output, program.package], module, (line) => {
      if (!packages.delete(line)) return;
      const step = packages.size === 0 ? "linking" : "compiling";
      show({ step, done: state.done + 1, total: state.total });
    });
  } catch (cause) {
    throw new Error(`Cannot build "${program.name}" in "${module.directory}"`, { cause });
  } finally {
    clearInterval(tick);
  }
}

/** Runs Go, calls `onLine` for each line of its standard error, and returns its standard output. */
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
  const lastLines: string[] = [];
  const readErrors = async () => {
    for await (const line of lines(child.stderr)) {
      lastLines.push(line);
      if (lastLines.length > MAX_ERROR_LINES) lastLines.shift();
      onLine(line);
    }
  };
  const [stdout, status] = await Promise.all([
    new Response(child.stdout).text(),
    child.status,
    readErrors(),
  ]);
  if (status.success) return stdout;
  throw new Error(`"go ${args[0]}" exited with code ${status.code}:\n${lastLines.join("\n")}`);
}
