import type { KubeObject, ObjectMeta } from "../../../kube/object.ts";
import { builtinShapes, objectMetaShape } from "../../../kube/builtin_shapes.ts";
import type { Resource } from "../../../kube/resource.ts";
import type { Shape } from "../../../kube/shape.ts";
import { completed } from "../decide.ts";
import type { Execution } from "../execution.ts";
import type { Planned, Policy } from "../planned.ts";

export type TestObject = KubeObject & Record<string, unknown>;

export function parentObject(metadata: Partial<ObjectMeta> = {}): TestObject {
  return {
    apiVersion: "example.com/v1",
    kind: "Parent",
    metadata: { name: "p", namespace: "ns", uid: "parent-uid", ...metadata },
  };
}

export function executionOf(change: Partial<Execution> = {}): Execution {
  return { writes: [], errors: [], blocked: [], conflicts: [], ...change };
}

export function objectOf(apiVersion: string, kind: string, spec: unknown): TestObject {
  return { apiVersion, kind, metadata: { name: "a", resourceVersion: "7" }, spec };
}

export function service(name: string, port = 80): TestObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "ns" },
    spec: { ports: [{ port }] },
  };
}

/** Returns the RoleBinding "b" in namespace "ns". It grants a Role to a ServiceAccount. */
export function roleBinding(role: string, subject = "account"): TestObject {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: "b", namespace: "ns" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role },
    subjects: [{ kind: "ServiceAccount", name: subject, namespace: "ns" }],
  };
}

export function planned(manifest: KubeObject, policy: Policy = "own"): Planned {
  return { resource: resourceOf(manifest), manifest, policy };
}

/**
 * Returns the field structure (list keys, types) of a manifest's kind. For a custom resource, the function knows only
 * the structure of the metadata.
 */
export function shapeOfManifest({ apiVersion, kind }: KubeObject): Shape {
  return builtinShapes.get(`${apiVersion}/${kind}`) ?? { fields: { metadata: objectMetaShape } };
}

function resourceOf(manifest: KubeObject): Resource<KubeObject> {
  const { apiVersion, kind } = manifest;
  const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  return {
    group: group ?? "",
    version: version ?? "",
    apiVersion,
    kind,
    plural: `${kind.toLowerCase()}s`,
    namespaced: true,
    shape: shapeOfManifest(manifest),
  };
}

/** Returns the planned object as the API server stores it after the operator has applied it for the parent "p". */
export function applied(plan: Planned, metadata: Partial<ObjectMeta> = {}): TestObject {
  const manifest = completed({ parent: parentObject(), planned: plan, live: undefined });
  const uid = `${plan.manifest.metadata.name}-uid`;
  return {
    ...manifest,
    metadata: { uid, resourceVersion: "1", ...manifest.metadata, ...metadata },
  };
}
