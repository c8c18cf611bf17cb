import { createHash } from "node:crypto";
import { canonicalJson } from "../../kube/json.ts";
import type { KubeObject } from "../../kube/object.ts";
import { normalise } from "./normalise.ts";

/** The annotation that says what was applied last. It is on the object itself, never in a pod template. */
export const PLAN_HASH = "nvidia.com/plan-hash";

/** A pass asks several times for the hash of what it plans; manifests are not changed once they are planned. */
const known = new WeakMap<KubeObject, string>();

/**
 * The hash of a manifest: 16 hex digits of the SHA-256 of its normalised JSON with sorted keys. The annotation
 * itself does not count, nor do owner references (a plan may leave them to the executor; drift watches over them),
 * nor the order of fields; the order of list items does.
 */
export function planHash(manifest: KubeObject): string {
  return known.get(manifest) ?? hashOf(manifest, normalise(manifest));
}

/** Whether exactly this manifest was applied last to the live object; what others changed since does not count. */
export function carriesPlan(live: KubeObject, manifest: KubeObject): boolean {
  return planHashOf(live) === planHash(manifest);
}

/** The hash that an object carries, if it was ever applied. */
export function planHashOf(object: KubeObject): string | undefined {
  return object.metadata.annotations?.[PLAN_HASH];
}

/** Returns the manifest as it is applied: normalised, with its hash as an annotation. */
export function withPlanHash<T extends KubeObject>(manifest: T): T {
  const plain = normalise(manifest);
  const hash = known.get(manifest) ?? hashOf(manifest, plain);
  const annotations = { ...plain.metadata.annotations, [PLAN_HASH]: hash };
  return { ...plain, metadata: { ...plain.metadata, annotations } };
}

function hashOf(manifest: KubeObject, normalised: KubeObject): string {
  const { annotations, ownerReferences: _owners, ...metadata } = normalised.metadata;
  const { [PLAN_HASH]: _hash, ...counted } = annotations ?? {};
  const hashed = { ...normalised, metadata: { ...metadata, annotations: counted } };
  const hash = createHash("sha256").update(canonicalJson(hashed)).digest("hex").slice(0, 16);
  known.set(manifest, hash);
  return hash;
}
