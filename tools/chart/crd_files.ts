import { crdFileName, type CrdManifest, crdManifests, crdYaml } from "../../crds/emit/manifests.ts";

const HEADER = "# Generated from the schemas in crds/ by `deno task generate`; do not edit.\n";

/**
 * Returns the text of the CRD templates in the chart `chart/crds`, keyed by path from the root of the project.
 * Each template is also a valid manifest.
 *
 * Throws an `Error` if a text contains `{{`, because Helm would evaluate it.
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
        `Cannot write "${path}": it contains "{{", which Helm would evaluate; rewrite the description`,
      );
    }
    files.set(path, text);
  }
  return files;
}
