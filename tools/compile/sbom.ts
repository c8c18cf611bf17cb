import { Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import type { LockedPackage } from "./lock.ts";

/** What an SBOM tells about. */
export interface SbomSubject {
  name: string;
  version: string;
  /** Version of the Deno runtime in the binary. */
  denoVersion: string;
  /** Everything that is locked, by id; what the program does not reach is left out. */
  packages: ReadonlyMap<string, LockedPackage>;
  /** Ids of the packages that the program imports itself. */
  imported: readonly string[];
}

/**
 * The bill of materials of the program, CycloneDX 1.6 as JSON: the packages it imports and theirs, with the hashes of
 * the lock file, and the runtime. The same subject gives the same text.
 *
 * @throws if a package is not in the lock
 */
export function sbom(subject: SbomSubject): string {
  const { name, version, denoVersion } = subject;
  const program = new Models.Component(Enums.ComponentType.Application, name, {
    version,
    bomRef: `${name}@${version}`,
  });
  const runtime = new Models.Component(Enums.ComponentType.Platform, "deno", {
    version: denoVersion,
    bomRef: `deno@${denoVersion}`,
    purl: `pkg:github/denoland/deno@v${denoVersion}`,
  });
  const bom = new Models.Bom({ metadata: new Models.Metadata({ component: program }) });
  bom.components.add(runtime);
  program.dependencies.add(runtime.bomRef);

  const components = new Map<string, Models.Component>();
  const add = (id: string): Models.Component => {
    const known = components.get(id);
    if (known) return known;
    const locked = subject.packages.get(id);
    if (!locked) throw new Error(`Cannot describe "${id}": it is not in the lock file`);
    const component = library(locked);
    components.set(id, component);
    bom.components.add(component);
    for (const dependency of locked.dependencies) {
      component.dependencies.add(add(dependency).bomRef);
    }
    return component;
  };
  for (const id of subject.imported) program.dependencies.add(add(id).bomRef);

  const normalizer = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  const text = new Serialize.JsonSerializer(normalizer)
    .serialize(bom, { sortLists: true, space: 2 });
  return `${text}\n`;
}

function library({ id, name, version, sha512 }: LockedPackage): Models.Component {
  const [scope, bare] = name.startsWith("@") ? name.split("/") : [undefined, name];
  return new Models.Component(Enums.ComponentType.Library, bare ?? name, {
    ...(scope !== undefined && { group: scope }),
    version,
    bomRef: id,
    purl: `pkg:npm/${name.replace("@", "%40")}@${encodeURIComponent(version)}`,
    hashes: new Models.HashDictionary([[Enums.HashAlgorithm["SHA-512"], sha512]]),
  });
}
