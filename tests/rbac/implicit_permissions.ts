import type { Permission } from "./permissions.ts";

/** Permissions that the API server checks only during a request for another resource. The audit log omits the check. */
export interface ImplicitPermissions {
  /** Description of the check in which the API server requires the permissions. */
  why: string;
  covers(permission: Permission): boolean;
}

/** All implicit permissions of the operator. `implicit_permissions_test.ts` tests that each of them is necessary. */
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
  {
    why: "the admission policy of the chart checks a client that changes the replicas of a service",
    covers: ({ resource }) => resource === "dynamographdeployments/replicas",
  },
];

/** Returns whether the audit log does not show the use of a permission (see {@link ImplicitPermissions}). */
export function isImplicit(permission: Permission): boolean {
  return IMPLICIT_PERMISSIONS.some(({ covers }) => covers(permission));
}
