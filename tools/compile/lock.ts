/** What `deno.lock` pins of a package. */
export interface LockedPackage {
  /** Its key in the lock: `name@version`, and the peers it was resolved with. */
  id: string;
  name: string;
  version: string;
  /** SHA-512 of its archive, in hexadecimal. */
  sha512: string;
  /** Ids of the packages it depends on. */
  dependencies: string[];
}

interface LockFile {
  version: string;
  npm: Record<string, { integrity: string; dependencies?: string[] }>;
}

/**
 * Reads the packages of a lock file (version 5) by their ids.
 *
 * @throws for another version, or an entry that cannot be understood
 */
export function lockedPackages(text: string): Map<string, LockedPackage> {
  const lock = JSON.parse(text) as LockFile;
  if (lock.version !== "5") {
    throw new Error(`Cannot read version "${lock.version}" of the lock file: 5 is known`);
  }
  const ids = Object.keys(lock.npm);
  return new Map(
    Object.entries(lock.npm).map(([id, { integrity, dependencies = [] }]) => [id, {
      id,
      ...nameAndVersion(id),
      sha512: sha512(id, integrity),
      dependencies: dependencies.map((dependency) => resolve(dependency, ids)),
    }]),
  );
}

function nameAndVersion(id: string): { name: string; version: string } {
  const [, name, version] = /^(@?[^@]+)@([^_]+)/.exec(id) ?? [];
  if (name && version) return { name, version };
  throw new Error(`Cannot read "${id}" of the lock file: it is no name and version`);
}

function sha512(id: string, integrity: string): string {
  const [, base64] = /^sha512-(\S+)$/.exec(integrity) ?? [];
  if (base64) return Uint8Array.fromBase64(base64).toHex();
  throw new Error(`Cannot read the integrity of "${id}" in the lock file: it is no SHA-512`);
}

/** A dependency is named without its version where there is only one. */
function resolve(dependency: string, ids: readonly string[]): string {
  const found = ids.find((id) => id === dependency) ??
    ids.find((id) => nameAndVersion(id).name === dependency);
  if (found !== undefined) return found;
  throw new Error(`Cannot find the dependency "${dependency}" in the lock file`);
}
