// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import type { LockedPackage } from "./lock.ts";
import { sbom } from "./sbom.ts";

function locked(id: string, dependencies: string[] = []): [string, LockedPackage] {
  const at = id.lastIndexOf("@");
  const [name, version] = [id.slice(0, at), id.slice(at + 1)];
  const hash = { algorithm: "SHA-512" as const, hex: "ab".repeat(64) };
  return [id, { id, registry: "npm", name, version, hash, dependencies }];
}

const subject = {
  name: "program",
  version: "1.0.0",
  denoVersion: "2.0.0",
  packages: new Map([
    locked("@scope/a@1.0.0+1", ["b@2.0.0"]),
    locked("b@2.0.0", ["@scope/a@1.0.0+1"]),
    locked("for-tests@3.0.0"),
  ]),
  imported: ["@scope/a@1.0.0+1"],
};

Deno.test("the bill lists each dependency once, with hash and purl, and omits other packages", () => {
  const bill = JSON.parse(sbom(subject));
  assertEquals(
    bill.components.map(({ purl }: { purl: string }) => purl).sort(),
    [
      "pkg:github/denoland/deno@v2.0.0",
      "pkg:npm/%40scope/a@1.0.0%2B1",
      "pkg:npm/b@2.0.0",
    ],
  );
  const [scoped] = bill.components.filter(({ group }: { group?: string }) => group === "@scope");
  assertEquals(scoped.name, "a");
  assertEquals(scoped.hashes, [{ alg: "SHA-512", content: "ab".repeat(64) }]);
  assertEquals(bill.metadata.component.name, "program");
  const graph = bill.dependencies.map(({ ref, dependsOn = [] }: Record<string, unknown>) => [
    ref,
    dependsOn,
  ]);
  assertEquals(Object.fromEntries(graph), {
    "program@1.0.0": ["@scope/a@1.0.0+1", "deno@2.0.0"],
    "@scope/a@1.0.0+1": ["b@2.0.0"],
    "b@2.0.0": ["@scope/a@1.0.0+1"],
    "deno@2.0.0": [],
  });
});

Deno.test("the text does not depend on the order of the packages", () => {
  const packages = new Map([...subject.packages].reverse());
  assertEquals(sbom({ ...subject, packages }), sbom(subject));
});

Deno.test("a JSR package has a generic purl and a SHA-256", () => {
  const id = "jsr:@std/yaml@1.0.5";
  const hash = { algorithm: "SHA-256" as const, hex: "cd".repeat(32) };
  const jsr = { id, registry: "jsr" as const, name: "@std/yaml", version: "1.0.5", hash };
  const packages = new Map([[id, { ...jsr, dependencies: [] }]]);
  const bill = JSON.parse(sbom({ ...subject, packages, imported: [id] }));
  const [library] = bill.components.filter(({ type }: { type: string }) => type === "library");
  assertEquals([library.group, library.name, library["bom-ref"]], ["@std", "yaml", id]);
  assertEquals(library.purl, "pkg:generic/%40std/yaml@1.0.5");
  assertEquals(library.hashes, [{ alg: "SHA-256", content: hash.hex }]);
});

Deno.test("a package that is not locked is an error", () => {
  const imported = ["unknown@1.0.0"];
  assertThrows(() => sbom({ ...subject, imported }), Error, 'Cannot describe "unknown@1.0.0"');
});
