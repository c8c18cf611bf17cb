import { runProgram } from "../run_program.ts";
import type { GoModule } from "./go_module.ts";

/** A Go toolchain that is recent enough to build the modules. */
export interface Go {
  /** Output of `go env GOVERSION`, such as `go1.26.8`. */
  readonly version: string;
  /** Platform of the programs as `GOOS/GOARCH`, such as `linux/amd64`. */
  readonly platform: string;
}

/** Environment variables of every build. They are part of the cache key. */
export const BUILD_ENVIRONMENT: Readonly<Record<string, string>> = {
  // Without cgo, the programs are static, and the build works without a C compiler.
  CGO_ENABLED: "0",
  // A go.work file in a parent folder would replace the pinned versions.
  GOWORK: "off",
};

/** Flags of every `go build`. They are part of the cache key. */
export const BUILD_FLAGS: readonly string[] = ["-trimpath", "-buildvcs=false", "-mod=readonly"];

/**
 * Returns the Go toolchain that builds these modules. Throws if Go is missing, or too old for one of the modules.
 *
 * @param environment environment variables for Go in addition to those of this process
 */
export async function findGo(
  modules: readonly GoModule[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Go> {
  let found: Go | undefined;
  for (const module of modules) found = await goFor(module, environment);
  if (found === undefined) {
    throw new Error("Cannot determine the required Go version: the list of modules is empty");
  }
  return found;
}

async function goFor(
  { name, directory }: GoModule,
  environment: Readonly<Record<string, string>>,
): Promise<Go> {
  const needed = neededGoVersion(await Deno.readTextFile(`${directory}/go.mod`));
  const tooOld = (cause: unknown) =>
    new Error(
      `Cannot build "${name}": it needs Go ${needed} or newer; ` +
        `install a newer Go from https://go.dev/dl or set GOTOOLCHAIN=auto`,
      { cause },
    );
  let text: string;
  try {
    const env = { ...BUILD_ENVIRONMENT, ...environment };
    text = await runProgram("go", {
      args: ["env", "GOVERSION", "GOOS", "GOARCH"],
      cwd: directory,
      env,
    });
  } catch (cause) {
    // Any error except NotFound means that the installed Go is too old and does not download a newer version. The
    // setting GOTOOLCHAIN=auto would enable the download.
    if (!(cause instanceof Deno.errors.NotFound)) throw tooOld(cause);
    throw new Error(
      'Cannot build the control plane: no "go" on PATH; install Go from https://go.dev/dl',
      { cause },
    );
  }
  const [version = "", os = "", arch = ""] = text.split("\n");
  // Versions of Go before 1.21 do not check the version that the module needs, so this code checks it.
  if (isOlder(version, needed)) throw tooOld(`found ${version}`);
  return { version, platform: `${os}/${arch}` };
}

/** Returns the version in the `go` line of a go.mod file, such as `1.25.0`. */
export function neededGoVersion(goMod: string): string {
  const version = /^go (\d+(?:\.\d+)*)/m.exec(goMod)?.[1];
  if (version !== undefined) return version;
  throw new Error("Cannot find the Go version that the module needs: no go line in go.mod");
}

/** Returns whether version `found`, such as `go1.24.3`, is older than `needed`. Treats "rc" versions as releases. */
export function isOlder(found: string, needed: string): boolean {
  const numbers = (version: string) => (version.match(/\d+/g) ?? []).slice(0, 3).map(Number);
  const [have, want] = [numbers(found), numbers(needed)];
  for (let i = 0; i < 3; i++) {
    const difference = (have[i] ?? 0) - (want[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
