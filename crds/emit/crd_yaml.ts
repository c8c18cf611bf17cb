// @ts-types="../../types/std/yaml.d.ts"
import { stringify } from "@std/yaml";
import type { CrdManifest } from "./manifest.ts";

/** A manifest as YAML. Lines are not folded, so that every description can be searched for. */
export function crdYaml(manifest: CrdManifest): string {
  return stringify(manifest, { lineWidth: -1 });
}

/** The file name of a manifest, the same in the chart as in a folder of plain manifests. */
export function crdFileName(manifest: CrdManifest): string {
  return `${manifest.spec.group}_${manifest.spec.names.plural}.yaml`;
}
