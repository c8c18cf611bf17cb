/** A package whose version and hash are pinned in `deno.lock`. */
export interface LockedPackage {
  /** Key in the lock file: name, version and, for npm, resolved peer dependencies. JSR ids have the prefix `jsr:`. */
  id: string;
  registry: "npm" | "jsr";
  name: string;
  version: string;
  /** Hash from the lock file. It covers the archive of an npm package, or the list of files of a JSR package. */
  hash: { algorithm: "SHA-512" | "SHA-256"; hex: string };
  /** Ids of the packages that the package depends on. */
  dependencies: string[];
}

interface LockEntry {
  integrity: string;
  dependencies?: string[];
}

interface LockFile {
  version: string;
  /** Resolved version of each import specifier, such as `jsr:@std/path@^1.0.0`. */
  specifiers?: Record<string, string>;
  jsr?: Record<string, LockEntry>;
  npm?: Record<string, LockEntry>;
}

/**
 * Returns the packages of a lock file (version 5), keyed by id.
 *
 * @throws if the lock file has another version or an entry that the function cannot parse
 */
export function lockedPackages(text: string): Map<string, LockedPackage> {
  const lock = JSON.parse(text) as LockFile;
  if (lock.version !== "5") {
    throw new Error(
      `Cannot read deno.lock of version "${lock.version}": only version 5 is supported`,
    );
  }
  const { specifiers = {}, jsr = {}, npm = {} } = lock;
  const npmIds = Object.keys(npm);
  const packages = [
    ...Object.entries(npm).map(([id, { integrity, dependencies = [] }]): LockedPackage => ({
      id,
      registry: "npm",
      ...nameAndVersion(id),
      hash: sha512(id, integrity),
      dependencies: dependencies.map((dependency) => npmDependency(dependency, npmIds)),
    })),
    ...Object.entries(jsr).map(([key, { integrity, dependencies = [] }]): LockedPackage => ({
      id: `jsr:${key}`,
      registry: "jsr",
      ...nameAndVersion(key),
      hash: sha256(key, integrity),
      dependencies: dependencies.map((dependency) => jsrDependency(dependency, specifiers)),
    })),
  ];
  return new Map(packages.map((locked) => [locked.id, locked]));
}

function nameAndVersion(id: string): { name: string; version: string } {
  const [, name, version] = /^(@?[^@]+)@([^_]+)/.exec(id) ?? [];
  if (name && version) return { name, version };
  throw new Error(`Cannot read "${id}" in deno.lock: not a name and version`);
}

function sha512(id: string, integrity: string): LockedPackage["hash"] {
  const [, base64] = /^sha512-(\S+)$/.exec(integrity) ?? [];
  if (base64) return { algorithm: "SHA-512", hex: Uint8Array.fromBase64(base64).toHex() };
  throw new Error(`Cannot read the integrity of "${id}" in deno.lock: not a SHA-512`);
}

function sha256(id: string, integrity: string): LockedPackage["hash"] {
  if (/^[0-9a-f]{64}$/.test(integrity)) return { algorithm: "SHA-256", hex: integrity };
  throw new Error(`Cannot read the integrity of "${id}" in deno.lock: not a SHA-256`);
}

/** Returns the id of a dependency. The lock file omits the version if it pins only one version of the package. */
function npmDependency(dependency: string, ids: readonly string[]): string {
  const found = ids.find((id) => id === dependency) ??
    ids.find((id) => nameAndVersion(id).name === dependency);
  if (found !== undefined) return found;
  throw new Error(`Cannot find the dependency "${dependency}" in deno.lock`);
}

/** Returns the id of a JSR package's dependency. The lock file omits the version range if it locks only one range. */
function jsrDependency(dependency: string, specifiers: Readonly<Record<string, string>>): string {
  const specifier = Object.keys(specifiers)
    .find((one) => one === dependency || one.startsWith(`${dependency}@`));
  if (specifier === undefined) {
    throw new Error(`Cannot find the dependency "${dependency}" in deno.lock`);
  }
  const [, prefix = "", name = ""] = /^(jsr:|npm:)(@?[^@]+)/.exec(specifier) ?? [];
  return `${prefix === "jsr:" ? prefix : ""}${name}@${specifiers[specifier]}`;
}
