// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { lockedPackages } from "./lock.ts";

const lock = (npm: object, version = "5") => JSON.stringify({ version, specifiers: {}, npm });
const integrity = "sha512-AQID";

Deno.test("an npm package has a version, a hash and dependencies", () => {
  const packages = lockedPackages(lock({
    "@scope/a@1.2.3_b@2.0.0": { integrity, dependencies: ["b", "c@3.0.0-rc.1"] },
    "b@2.0.0": { integrity },
    "c@2.0.0": { integrity },
    "c@3.0.0-rc.1": { integrity },
  }));
  assertEquals(packages.get("@scope/a@1.2.3_b@2.0.0"), {
    id: "@scope/a@1.2.3_b@2.0.0",
    registry: "npm",
    name: "@scope/a",
    version: "1.2.3",
    hash: { algorithm: "SHA-512", hex: "010203" },
    dependencies: ["b@2.0.0", "c@3.0.0-rc.1"],
  });
  assertEquals(packages.size, 4);
});

Deno.test("a JSR package has an id with a prefix, and dependencies by specifier", () => {
  const hex = "ab".repeat(32);
  const packages = lockedPackages(JSON.stringify({
    version: "5",
    specifiers: {
      "jsr:@std/path@^1.0.0": "1.1.4",
      "jsr:@std/internal@^1.0.12": "1.0.12",
      "jsr:@std/bytes@^1.0.2": "1.0.6",
      "jsr:@std/bytes@0.224": "0.224.0",
      "npm:b@2": "2.0.0",
    },
    jsr: {
      "@std/path@1.1.4": {
        integrity: hex,
        dependencies: ["jsr:@std/internal", "jsr:@std/bytes@0.224", "npm:b"],
      },
      "@std/internal@1.0.12": { integrity: hex },
      "@std/bytes@1.0.6": { integrity: hex },
      "@std/bytes@0.224.0": { integrity: hex },
    },
    npm: { "b@2.0.0": { integrity } },
  }));
  assertEquals(packages.get("jsr:@std/path@1.1.4"), {
    id: "jsr:@std/path@1.1.4",
    registry: "jsr",
    name: "@std/path",
    version: "1.1.4",
    hash: { algorithm: "SHA-256", hex },
    dependencies: ["jsr:@std/internal@1.0.12", "jsr:@std/bytes@0.224.0", "b@2.0.0"],
  });
  assertEquals(packages.size, 5);
});

Deno.test("the lock file of this project is valid", async () => {
  const text = await Deno.readTextFile(new URL("../../deno.lock", import.meta.url));
  assertEquals(lockedPackages(text).get("zod@4.6.7")?.hash.hex.length, 128);
});

Deno.test("an entry that cannot be parsed is an error", () => {
  assertThrows(() => lockedPackages(lock({}, "6")), Error, 'version "6"');
  const sha1 = { "a@1": { integrity: "sha1-AQID" } };
  assertThrows(() => lockedPackages(lock(sha1)), Error, "not a SHA-512");
  const dangling = { "a@1": { integrity, dependencies: ["b"] } };
  assertThrows(() => lockedPackages(lock(dangling)), Error, '"b"');
  const jsr = (entry: object) => JSON.stringify({ version: "5", jsr: { "@std/a@1.0.0": entry } });
  assertThrows(() => lockedPackages(jsr({ integrity })), Error, "not a SHA-256");
  const missing = { integrity: "ab".repeat(32), dependencies: ["jsr:@std/b"] };
  assertThrows(() => lockedPackages(jsr(missing)), Error, '"jsr:@std/b"');
});
