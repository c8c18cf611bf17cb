import { crdFileName, crdManifests, crdYaml } from "../../crds/emit/manifests.ts";
import { describeFlags, type Flag, helpRequested, parseFlags } from "../cli/flags.ts";

const FLAGS: readonly Flag[] = [
  { name: "out", type: "string", default: "", help: "output folder for one file per CRD" },
];

/** Prints the CRD manifests as one YAML stream, or writes one file per CRD to a folder. Returns the exit code. */
export async function crds(args: readonly string[]): Promise<number> {
  if (helpRequested(args)) {
    console.log("Usage: dynamo-operator crds [--out DIR]\n");
    console.log(describeFlags(FLAGS));
    return 0;
  }
  const folder = parseFlags(FLAGS, args).values["out"];
  if (!folder) {
    console.log(crdManifests().map(crdYaml).join("---\n").trimEnd());
    return 0;
  }
  await Deno.mkdir(String(folder), { recursive: true });
  for (const manifest of crdManifests()) {
    await Deno.writeTextFile(`${folder}/${crdFileName(manifest)}`, crdYaml(manifest));
  }
  return 0;
}
