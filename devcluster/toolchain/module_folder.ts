import { runProgram } from "../run_program.ts";
import { BUILD_ENVIRONMENT } from "./go.ts";
import type { GoModule } from "./go_module.ts";

/**
 * Returns the folder with the sources of a dependency of this module, in the version that its `go.mod` pins. Go
 * downloads the sources if they are not in its cache.
 *
 * @param dependency import path of the dependency, such as `sigs.k8s.io/lws`
 */
export async function moduleFolder({ directory }: GoModule, dependency: string): Promise<string> {
  const text = await runProgram("go", {
    args: ["mod", "download", "-json", dependency],
    cwd: directory,
    env: { ...BUILD_ENVIRONMENT },
  });
  return (JSON.parse(text) as { Dir: string }).Dir;
}
