// @ts-types="../../types/std/yaml.d.ts"
import { stringify } from "@std/yaml";
import type { CrdManifest } from "../manifest.ts";
import { crdManifests } from "../manifests.ts";

const HEADER = "# Generated from the schemas in crds/ by `deno task generate`; do not edit.\n";

/** A manifest as YAML. Lines are not folded, so that every description can be searched for. */
export function crdYaml(manifest: CrdManifest): string {
  return stringify(manifest, { lineWidth: -1 });
}

/** The file name of a manifest, the same in the chart as in a folder of plain manifests. */
export function crdFileName(manifest: CrdManifest): string {
  return `${manifest.spec.group}_${manifest.spec.names.plural}.yaml`;
}

/**
 * The templates of the chart `chart/crds`, which are plain manifests too: path from the root of the project, and text.
 *
 * Throws an `Error` if a text has two opening braces in a row, because Helm would evaluate what follows.
 */
export function generateCrdFiles(
  manifests: readonly CrdManifest[] = crdManifests(),
): Map<string, string> {
  const files = new Map<string, string>();
  for (const manifest of manifests) {
    const path = `chart/crds/templates/${crdFileName(manifest)}`;
    const text = HEADER + crdYaml(manifest);
    if (text.includes("{{")) {
      throw new Error(
        `Cannot write "${path}": it contains "{{", which Helm would evaluate; reword that description`,
      );
    }
    files.set(path, text);
  }
  return files;
}
