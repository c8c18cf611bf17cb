// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { lockedPackages } from "./lock.ts";

const lock = (npm: object, version = "5") => JSON.stringify({ version, specifiers: {}, npm });
const integrity = "sha512-AQID";

Deno.test("packages are read with versions, hashes and what they depend on", () => {
  const packages = lockedPackages(lock({
    "@scope/a@1.2.3_b@2.0.0": { integrity, dependencies: ["b", "c@3.0.0-rc.1"] },
    "b@2.0.0": { integrity },
    "c@2.0.0": { integrity },
    "c@3.0.0-rc.1": { integrity },
  }));
  assertEquals(packages.get("@scope/a@1.2.3_b@2.0.0"), {
    id: "@scope/a@1.2.3_b@2.0.0",
    name: "@scope/a",
    version: "1.2.3",
    sha512: "010203",
    dependencies: ["b@2.0.0", "c@3.0.0-rc.1"],
  });
  assertEquals(packages.size, 4);
});

Deno.test("the lock of this project can be read", async () => {
  const text = await Deno.readTextFile(new URL("../../deno.lock", import.meta.url));
  assertEquals(lockedPackages(text).get("zod@4.6.7")?.sha512.length, 128);
});

Deno.test("what is not understood is refused", () => {
  assertThrows(() => lockedPackages(lock({}, "6")), Error, 'version "6"');
  const odd = { "a@1": { integrity: "sha1-AQID" } };
  assertThrows(() => lockedPackages(lock(odd)), Error, "no SHA-512");
  const loose = { "a@1": { integrity, dependencies: ["b"] } };
  assertThrows(() => lockedPackages(lock(loose)), Error, '"b"');
});
