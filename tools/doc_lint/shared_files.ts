/** Modules of the product. Code in tools/, demo/, devcluster/ and tests/ may import them but is not linted. */
const PRODUCT = /^(crds|kube|process|lease|reconcile|partition|commands)\//;

/**
 * Returns the product files that at least one file of another module imports, keyed by module. The function ignores
 * tests and their helpers.
 *
 * @param sources text of each source file by its path from the root of the project
 */
export function sharedFiles(sources: ReadonlyMap<string, string>): Map<string, string[]> {
  const shared = new Set<string>();
  for (const [path, text] of sources) {
    if (isTest(path)) continue;
    for (const imported of importsOf(path, text)) {
      if (PRODUCT.test(imported) && moduleOf(imported) !== moduleOf(path)) shared.add(imported);
    }
  }
  const linted = [...shared].filter((path) => sources.has(path) && !isTest(path)).sort();
  return Map.groupBy(linted, moduleOf);
}

/** Returns the module of a file: its top-level folder, or for a file in reconcile/ its second-level folder. */
export function moduleOf(path: string): string {
  const folders = path.split("/").slice(0, -1);
  return folders.slice(0, folders[0] === "reconcile" ? 2 : 1).join("/");
}

function isTest(path: string): boolean {
  return /_test\.ts$|(^|\/)testing\/|^tests\//.test(path);
}

function importsOf(path: string, text: string): string[] {
  const specifiers = text.matchAll(/(?:\bfrom\s+|\bimport\(\s*)"(\.[^"]+\.ts)"/g);
  return [...specifiers].map(([, specifier = ""]) =>
    new URL(specifier, `file:///${path}`).pathname.slice(1)
  );
}
