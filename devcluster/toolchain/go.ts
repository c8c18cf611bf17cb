import type { GoModule } from "./go_module.ts";

/** A Go toolchain that was found and is recent enough. */
export interface Go {
  /** As `go env GOVERSION` prints it, such as `go1.26.8`. */
  readonly version: string;
  /** `GOOS/GOARCH`. */
  readonly platform: string;
}

/** Settings under which every program is built; part of the cache key. */
export const BUILD_ENVIRONMENT: Readonly<Record<string, string>> = {
  // Static binaries that need no C compiler.
  CGO_ENABLED: "0",
  // A go.work file in a parent folder would replace the pinned versions.
  GOWORK: "off",
};

/** Flags of every `go build`; part of the cache key. */
export const BUILD_FLAGS: readonly string[] = ["-trimpath", "-buildvcs=false", "-mod=readonly"];

/**
 * Finds the Go toolchain and asks it which version it uses for these modules.
 * `environment` is added to this process's. Throws with a remedy when there is none or when it is too
 * old for one of them.
 */
export async function findGo(
  modules: readonly GoModule[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Go> {
  let found: Go | undefined;
  for (const module of modules) {
    found = await goFor(module, environment);
  }
  if (found === undefined) throw new Error("Cannot look for Go: no modules were named");
  return found;
}

async function goFor(
  module: GoModule,
  environment: Readonly<Record<string, string>>,
): Promise<Go> {
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command("go", {
      args: ["env", "GOVERSION", "GOOS", "GOARCH"],
      cwd: module.directory,
      env: { ...BUILD_ENVIRONMENT, ...environment },
    }).output();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(
      `Cannot build the control plane: no "go" on PATH; install Go from https://go.dev/dl`,
      { cause: error },
    );
  }
  const needed = neededGoVersion(await Deno.readTextFile(`${module.directory}/go.mod`));
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  const [version = "", os = "", arch = ""] = text(output.stdout).split("\n");
  // With GOTOOLCHAIN=auto an older Go fetches the version it needs by itself and reports that one.
  if (!output.success || isOlder(version, needed)) {
    throw new Error(
      `Cannot build "${module.name}": it needs Go ${needed} or newer, found ${
        version || "older"
      }; ` +
        `install a newer one from https://go.dev/dl or set GOTOOLCHAIN=auto` +
        (output.success ? "" : ` (go said: ${text(output.stderr)})`),
    );
  }
  return { version, platform: `${os}/${arch}` };
}

/** The version in the `go` line of a go.mod file, such as `1.25.0`. Throws when there is none. */
export function neededGoVersion(goMod: string): string {
  const version = /^go (\d+(?:\.\d+)*)/m.exec(goMod)?.[1];
  if (version === undefined) {
    throw new Error("Cannot tell the needed Go version: go.mod has no go line");
  }
  return version;
}

/** Whether `go1.24.3` is older than `1.25.0`. Release candidates count as their release. */
export function isOlder(found: string, needed: string): boolean {
  const numbers = (version: string) => (version.match(/\d+/g) ?? []).slice(0, 3).map(Number);
  const [have, want] = [numbers(found), numbers(needed)];
  for (let i = 0; i < 3; i++) {
    const difference = (have[i] ?? 0) - (want[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
