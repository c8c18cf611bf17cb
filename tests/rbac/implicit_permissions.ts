import type { Permission } from "./permissions.ts";

/** Permissions that the API server checks during another request, so that the audit log does not show them. */
export interface ImplicitPermissions {
  /** The check that needs them. */
  why: string;
  covers(permission: Permission): boolean;
}

/** All implicit permissions. `implicit_permissions_test.ts` shows that each is necessary. */
export const IMPLICIT_PERMISSIONS: readonly ImplicitPermissions[] = [
  {
    why:
      "the admission plugin OwnerReferencesPermissionEnforcement, for a child that blocks the deletion of its owner",
    covers: ({ resource, verb }) => resource.endsWith("/finalizers") && verb === "update",
  },
  {
    why: "binding a role requires its permissions, or the permission to bind it",
    covers: ({ resource, verb }) => resource === "clusterroles" && verb === "bind",
  },
  {
    why: "creating the Role of a graph's pods requires all its permissions",
    covers: ({ resource }) =>
      ["endpoints", "endpointslices", "dynamoworkermetadatas"].includes(resource),
  },
];

/** Returns whether a permission is used without a request of its own. */
export function isImplicit(permission: Permission): boolean {
  return IMPLICIT_PERMISSIONS.some(({ covers }) => covers(permission));
}
