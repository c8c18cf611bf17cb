// @ts-types="../../types/std/yaml.d.ts"
import { stringify } from "@std/yaml";
import type { CrdManifest } from "./manifest.ts";

/** Returns a manifest as YAML. Long lines are not folded, so that a text search finds every description. */
export function crdYaml(manifest: CrdManifest): string {
  return stringify(manifest, { lineWidth: -1 });
}

/** Returns the file name of a manifest, in the chart and in the output of `crds --out`. */
export function crdFileName(manifest: CrdManifest): string {
  return `${manifest.spec.group}_${manifest.spec.names.plural}.yaml`;
}
