import type { Image } from "./image.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
/** Variables by which Deno finds its cache and the npm registry. */
const INHERITED = ["HOME", "PATH", "DENO_DIR", "XDG_CACHE_HOME", "NPM_CONFIG_REGISTRY"];

/** Returns the image of this project: it runs from source with the permissions that it has in a pod. */
export function operatorImage(): Image {
  const env = Object.fromEntries(
    INHERITED.map((name) => [name, Deno.env.get(name) ?? ""]).filter(([, value]) => value),
  );
  const flags = ["--no-prompt", `--config=${ROOT}deno.json`];
  return {
    entrypoint: [Deno.execPath(), "run", ...flags, "-P=delete-partition", `${ROOT}main.ts`],
    env: { ...env, NO_COLOR: "1", NO_PROXY: "127.0.0.1" },
    // In a pod, the kubelet mounts the file at the path that the permission contains.
    adapt: ([deno = "", run = "", ...rest], log) => [deno, run, `--allow-write=${log}`, ...rest],
  };
}
