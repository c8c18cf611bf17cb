import type { Permission } from "./permissions.ts";

/** Permissions that the API server checks while it handles another request. The audit log does not show the check. */
export interface ImplicitPermissions {
  /** The check of the API server that needs the permissions. */
  why: string;
  covers(permission: Permission): boolean;
}

/** All permissions that the audit log does not show. `implicit_permissions_test.ts` shows that each is necessary. */
export const IMPLICIT_PERMISSIONS: readonly ImplicitPermissions[] = [
  {
    why:
      "the admission plugin OwnerReferencesPermissionEnforcement checks a child with blockOwnerDeletion",
    covers: ({ resource, verb }) => resource.endsWith("/finalizers") && verb === "update",
  },
  {
    why: "to bind a role, a client needs all permissions of the role or the verb bind",
    covers: ({ resource, verb }) => resource === "clusterroles" && verb === "bind",
  },
  {
    why: "to create the Role of the pods, the operator needs all permissions of the Role",
    covers: ({ resource }) =>
      ["endpoints", "endpointslices", "dynamoworkermetadatas"].includes(resource),
  },
];

/** Returns whether the API server checks a permission only while it handles another request. */
export function isImplicit(permission: Permission): boolean {
  return IMPLICIT_PERMISSIONS.some(({ covers }) => covers(permission));
}
