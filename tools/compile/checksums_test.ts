// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { checksums } from "./checksums.ts";

Deno.test("checksums are sorted lines in the format of sha256sum", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/b`, "");
    await Deno.writeTextFile(`${folder}/a`, "abc");
    assertEquals(
      await checksums(folder, ["b", "a"]),
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a\n" +
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b\n",
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
