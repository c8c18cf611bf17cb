import type { Image } from "./image.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
/** Environment variables with which Deno finds its cache and the npm registry. */
const INHERITED = ["HOME", "PATH", "DENO_DIR", "XDG_CACHE_HOME", "NPM_CONFIG_REGISTRY"];

/** Returns an image that runs this project from source, with the Deno permissions that partition deletions need. */
export function operatorImage(): Image {
  const env = Object.fromEntries(
    INHERITED.map((name) => [name, Deno.env.get(name) ?? ""]).filter(([, value]) => value),
  );
  const flags = ["--no-prompt", `--config=${ROOT}deno.json`];
  return {
    entrypoint: [Deno.execPath(), "run", ...flags, "-P=delete-partition", `${ROOT}main.ts`],
    env: { ...env, NO_COLOR: "1", NO_PROXY: "127.0.0.1" },
    // The Deno permissions allow only the fixed path where a kubelet mounts the termination log. So `adapt` adds a
    // permission for the path `log`.
    adapt: ([deno = "", run = "", ...rest], log) => [deno, run, `--allow-write=${log}`, ...rest],
  };
}
