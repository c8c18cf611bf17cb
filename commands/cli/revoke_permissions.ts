import {
  granted,
  PERMISSION_KINDS,
  type PermissionKind,
  type PermissionSet,
} from "./permission_set.ts";

/**
 * Gives back every permission but those of a set, for good. A list can be narrowed: of a grant for "/" one folder can
 * be kept. A grant of a whole kind (`--allow-read`) cannot, it goes or stays; so the program is started with lists.
 *
 * @param kept what is needed from here on
 * @param held what the process was started with; what it does not list is kept by nobody
 */
export function revokeAllExcept(kept: PermissionSet, held: PermissionSet): void {
  for (const kind of PERMISSION_KINDS) {
    const keep = granted(kept, kind);
    if (keep === true) continue;
    if (keep.length === 0) {
      Deno.permissions.revokeSync(descriptor(kind));
      continue;
    }
    for (const item of keep) {
      const one = descriptor(kind, item);
      // Asking for what is held makes it an entry of its own, which outlives the wider one. Nobody is prompted.
      if (Deno.permissions.querySync(one).state === "granted") Deno.permissions.requestSync(one);
    }
    const all = granted(held, kind);
    for (const item of all === true ? [] : all) {
      // What lies within a kept folder stays: giving it back would take the folder along.
      if (!keep.some((folder) => isWithin(item, folder))) {
        Deno.permissions.revokeSync(descriptor(kind, item));
      }
    }
  }
}

function isWithin(item: string, folder: string): boolean {
  return item === folder || item.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}

function descriptor(kind: PermissionKind, item?: string): Deno.PermissionDescriptor {
  if (item === undefined) return { name: kind };
  switch (kind) {
    case "read":
    case "write":
    case "ffi":
      return { name: kind, path: item };
    case "net":
    case "import":
      return { name: kind, host: item };
    case "env":
      return { name: kind, variable: item };
    case "run":
      return { name: kind, command: item };
    case "sys":
      // Which names there are depends on the version of the runtime; it refuses those it does not know.
      return { name: kind, kind: item as NonNullable<Deno.SysPermissionDescriptor["kind"]> };
  }
}
