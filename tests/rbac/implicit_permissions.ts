import type { Permission } from "./permissions.ts";

/** Rights that the API server asks for on the way of another request, so that no request of their own shows them. */
export interface ImplicitPermissions {
  /** What asks for them. */
  why: string;
  covers(right: Permission): boolean;
}

/** Each of these is proven by taking it away, see `checked_rights_test.ts`. */
export const IMPLICIT_PERMISSIONS: readonly ImplicitPermissions[] = [
  {
    why: "the plug-in OwnerReferencesPermissionEnforcement, where a child holds its owner back",
    covers: ({ resource, verb }) => resource.endsWith("/finalizers") && verb === "update",
  },
  {
    why: "whoever binds a role needs its rights, or the right to bind it",
    covers: ({ resource, verb }) => resource === "clusterroles" && verb === "bind",
  },
  {
    why: "whoever writes the Role of a graph's pods needs all that it grants",
    covers: ({ resource }) =>
      ["endpoints", "endpointslices", "dynamoworkermetadatas"].includes(resource),
  },
];

/** Whether a right is used without a request of its own. */
export function isImplicit(right: Permission): boolean {
  return IMPLICIT_PERMISSIONS.some(({ covers }) => covers(right));
}
