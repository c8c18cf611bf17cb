import { MIRROR, STD_PACKAGES, stdExport } from "./std_packages.ts";

const TYPES_PRAGMA = /^\/\/ @ts-types="[^"]*\btypes\/std\/[^"]+"\n/gm;
const IMPORT = /^(?:(?:import|export)\s.*|\} )from "(@std\/[^"]+)"/gm;

/**
 * Returns `deno.json` with imports of the standard library from JSR. One entry per package covers all of its exports.
 *
 * @throws if `STD_PACKAGES` does not contain a package or export of the import map
 */
export function rewriteConfig(text: string): string {
  const config = JSON.parse(text) as { imports: Record<string, string> };
  const imports = Object.entries(config.imports).map(([key, target]) => {
    if (!target.startsWith(MIRROR)) return [key, target];
    const { name, version } = checkedPackage(key, "deno.json");
    return [name, `jsr:${name}@^${version}`];
  });
  return `${JSON.stringify({ ...config, imports: Object.fromEntries(imports) }, null, 2)}\n`;
}

/**
 * Returns `deno.lock` without the npm mirror of the standard library. `deno install` must then add the JSR packages.
 */
export function rewriteLock(text: string): string {
  const lock = JSON.parse(text) as {
    specifiers: Record<string, string>;
    npm: Record<string, unknown>;
    workspace?: { dependencies?: string[] };
  };
  const name = MIRROR.slice("npm:".length);
  const { workspace } = lock;
  const dependencies = workspace?.dependencies?.filter((one) => !one.startsWith(MIRROR));
  const rewritten = {
    ...lock,
    specifiers: without(lock.specifiers, MIRROR),
    npm: without(lock.npm, name),
    ...(workspace && { workspace: { ...workspace, ...(dependencies && { dependencies }) } }),
  };
  return `${JSON.stringify(rewritten, null, 2)}\n`;
}

/**
 * Returns a source file without the `@ts-types` pragmas. Only the npm mirror of the standard library needs them,
 * because it contains no types.
 *
 * @throws if `STD_PACKAGES` does not contain a package or export that the file imports
 */
export function rewriteSource(text: string, path: string): string {
  for (const [, specifier = ""] of text.matchAll(IMPORT)) checkedPackage(specifier, path);
  return text.replaceAll(TYPES_PRAGMA, "");
}

function checkedPackage(specifier: string, path: string): { name: string; version: string } {
  const { name = "", path: used = "" } = stdExport(specifier) ?? {};
  const known = STD_PACKAGES[name];
  if (known?.exports.includes(used)) return { name, version: known.version };
  throw new Error(
    `Cannot convert "${specifier}" in ${path}: add its JSR version and export to tools/jsr/std_packages.ts`,
  );
}

function without<T>(entries: Record<string, T>, prefix: string): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).filter(([key]) => !key.startsWith(prefix)));
}
