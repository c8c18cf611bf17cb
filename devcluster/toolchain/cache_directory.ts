/** Returns the user's cache folder for built programs and downloads. Throws if the user's home folder is unknown. */
export function cacheDirectory(env: (name: string) => string | undefined = Deno.env.get): string {
  const home = env("HOME");
  const base = env("XDG_CACHE_HOME") || (home ? `${home}/.cache` : undefined);
  if (base === undefined) {
    throw new Error("Cannot choose a cache folder: neither XDG_CACHE_HOME nor HOME is set");
  }
  return `${base}/dynamo-operator/devcluster`;
}
