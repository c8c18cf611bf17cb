import { createHash } from "node:crypto";
import type { KubeObject } from "../../kube/object.ts";

/** The annotation that says what was applied last. It is on the object itself, never in a pod template. */
export const PLAN_HASH = "nvidia.com/plan-hash";

/**
 * The hash of a manifest: 16 hex digits of the SHA-256 of its JSON with sorted keys. The annotation itself does
 * not count, nor does the order of fields; the order of list items does.
 *
 * @param manifest as it is applied, see {@link normalise}
 */
export function planHash(manifest: KubeObject): string {
  const { [PLAN_HASH]: _hash, ...annotations } = manifest.metadata.annotations ?? {};
  const { annotations: _annotations, ...metadata } = manifest.metadata;
  const hashed = Object.keys(annotations).length > 0 ? { ...metadata, annotations } : metadata;
  return createHash("sha256").update(canonicalJson({ ...manifest, metadata: hashed }))
    .digest("hex").slice(0, 16);
}

/** Returns the manifest with its hash as an annotation. */
export function withPlanHash<T extends KubeObject>(manifest: T): T {
  const annotations = { ...manifest.metadata.annotations, [PLAN_HASH]: planHash(manifest) };
  return { ...manifest, metadata: { ...manifest.metadata, annotations } };
}

/** JSON with the fields of every object in alphabetical order. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(
      Object.entries(inner).sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0),
    );
  });
}
