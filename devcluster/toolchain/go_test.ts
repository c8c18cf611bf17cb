// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { findGo, isOlder, neededGoVersion } from "./go.ts";

Deno.test("versions are compared by number", () => {
  assertEquals(isOlder("go1.24.3", "1.25.0"), true);
  assertEquals(isOlder("go1.9", "1.25"), true);
  assertEquals(isOlder("go1.25.0", "1.25.0"), false);
  assertEquals(isOlder("go1.26", "1.25.7"), false);
  assertEquals(isOlder("go1.25rc1", "1.25.0"), false);
  assertEquals(isOlder("", "1.25.0"), true);
});

Deno.test("the needed version is in the go line", () => {
  assertEquals(neededGoVersion("module x\n\ngo 1.25.0\n\ntool go.example/tool\n"), "1.25.0");
  assertThrows(() => neededGoVersion("module x\n"), Error, "no go line");
});

Deno.test("the error for a Go that is too old contains a remedy", async () => {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${directory}/go.mod`, "module example.test/future\n\ngo 1.999.0\n");
    const module = { name: "future", directory, linkerFlags: "", programs: [] };
    // With GOTOOLCHAIN=auto, Go would try to download the release that the go.mod file requires.
    const environment = { GOTOOLCHAIN: "local" };
    const error = await assertRejects(
      () => findGo([module], environment),
      Error,
      "needs Go 1.999.0",
    );
    assertEquals(error.message.includes("https://go.dev/dl"), true);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
