import type { Image } from "./image.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
/** What Deno needs to find its cache, and what keeps it from proxies. */
const SURROUNDINGS = ["HOME", "PATH", "DENO_DIR", "XDG_CACHE_HOME", "NPM_CONFIG_REGISTRY"];

/** The image of this program, as it would be built: from source, under the permissions that it has in a pod. */
export function operatorImage(): Image {
  const env = Object.fromEntries(
    SURROUNDINGS.map((name) => [name, Deno.env.get(name) ?? ""]).filter(([, value]) => value),
  );
  const [deno, flags] = [Deno.execPath(), ["--no-prompt", `--config=${ROOT}deno.json`]];
  return {
    entrypoint: [deno, "run", ...flags, "-P=delete-partition", `${ROOT}main.ts`],
    env: { ...env, NO_COLOR: "1", NO_PROXY: "127.0.0.1" },
    // The file is mounted over the path of the permission in a pod.
    adapt: ([deno = "", run = "", ...rest], log) => [deno, run, `--allow-write=${log}`, ...rest],
  };
}
