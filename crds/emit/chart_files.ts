import { crdFileName, crdYaml } from "./crd_yaml.ts";
import type { CrdManifest } from "./manifest.ts";
import { crdManifests } from "./manifests.ts";

const HEADER = "# Generated from the schemas in crds/ by `deno task generate`; do not edit.\n";

/**
 * The templates of the chart `chart/crds`, which are plain manifests too: path from the root of the
 * project, and text.
 *
 * Throws an `Error` if a text has two opening braces in a row, because Helm would evaluate what
 * follows.
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
