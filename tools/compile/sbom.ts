import { Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import type { LockedPackage } from "./lock.ts";

/** The program that a bill of materials describes, and its packages. */
export interface SbomSubject {
  name: string;
  version: string;
  /** Version of the Deno runtime in the binary. */
  denoVersion: string;
  /** All locked packages, keyed by id. The bill of materials omits packages on which the program does not depend. */
  packages: ReadonlyMap<string, LockedPackage>;
  /** Ids of the packages that the program imports. */
  imported: readonly string[];
}

/**
 * Returns the bill of materials of a program as CycloneDX 1.6 JSON: the runtime, and all direct and transitive
 * dependencies with their hashes from the lock file. The same input yields the same text.
 *
 * @throws if an imported package or a dependency is not in the lock file
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
    if (!locked) throw new Error(`Cannot describe "${id}": deno.lock does not contain it`);
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

/**
 * Returns the component of a package. The standard for package URLs (purl) defines no type for JSR, so a JSR package
 * has the type `generic`. The type `npm` would be wrong, because JSR builds separate archives with other hashes for
 * npm clients.
 */
function library({ id, registry, name, version, hash }: LockedPackage): Models.Component {
  const [scope, bare] = name.startsWith("@") ? name.split("/") : [undefined, name];
  const purlType = registry === "npm" ? "npm" : "generic";
  return new Models.Component(Enums.ComponentType.Library, bare ?? name, {
    ...(scope !== undefined && { group: scope }),
    version,
    bomRef: id,
    purl: `pkg:${purlType}/${name.replace("@", "%40")}@${encodeURIComponent(version)}`,
    hashes: new Models.HashDictionary([[Enums.HashAlgorithm[hash.algorithm], hash.hex]]),
  });
}
