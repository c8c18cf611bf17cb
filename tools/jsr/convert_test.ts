// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals, assertRejects } from "@std/assert";
import { lockedPackages } from "../compile/lock.ts";
import { sourceFiles } from "../source_files.ts";
import { convertToJsr } from "./convert.ts";
import { MIRROR, STD_PACKAGES, stdExport } from "./std_packages.ts";

const ROOT = new URL("../../", import.meta.url).pathname.slice(0, -1);

async function inFolder(test: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a converted copy of this project does not mention the mirror", async () => {
  await inFolder(async (folder) => {
    const { changed, removed } = await convertToJsr(ROOT, folder);
    for (const path of ["deno.json", "deno.lock"]) {
      const hadMirror = (await Deno.readTextFile(`${ROOT}/${path}`)).includes(MIRROR);
      assertEquals(changed.includes(path), hadMirror, path);
    }
    const used = new Set<string>();
    for await (const path of sourceFiles(folder)) {
      if (!/\.(ts|json|lock)$/.test(path) || path.startsWith("tools/jsr/")) continue;
      const text = await Deno.readTextFile(`${folder}/${path}`);
      assert(!text.includes(MIRROR), path);
      assert(!/^\/\/ @ts-types=.*types\/std\//m.test(text), path);
      for (const [, specifier = ""] of text.matchAll(/from "(@std\/[^"]+)"/g)) used.add(specifier);
    }
    assert(used.size > 0);
    const { imports } = JSON.parse(await Deno.readTextFile(`${folder}/deno.json`));
    for (const specifier of used) {
      const { name = "", path = "" } = stdExport(specifier) ?? {};
      assertEquals(imports[name], `jsr:${name}@^${STD_PACKAGES[name]?.version}`);
      assert(STD_PACKAGES[name]?.exports.includes(path), specifier);
    }
    for (const path of removed) {
      await assertRejects(() => Deno.stat(`${folder}/${path}`), Deno.errors.NotFound);
    }
    const packages = lockedPackages(await Deno.readTextFile(`${folder}/deno.lock`));
    assert(packages.has("zod@4.6.7"));
    assertEquals([...packages.keys()].filter((id) => id.startsWith("deno-std@")), []);
  });
});

Deno.test("a conversion in place keeps other files, and a second one changes nothing", async () => {
  await inFolder(async (folder) => {
    await convertToJsr(ROOT, folder);
    const again = await convertToJsr(folder, folder);
    assertEquals(again, { changed: [], removed: [] });
    const list = async (root: string) => (await Array.fromAsync(sourceFiles(root))).sort();
    const removed = /^types\/std\//;
    assertEquals(await list(folder), (await list(ROOT)).filter((path) => !removed.test(path)));
  });
});

Deno.test("without a target nothing is written, and an unknown export is an error", async () => {
  await inFolder(async (folder) => {
    const source = '// @ts-types="./types/std/text.d.ts"\nimport { a } from "@std/text/unknown";\n';
    await Deno.writeTextFile(`${folder}/a.ts`, source);
    const error = await assertRejects(() => convertToJsr(folder, folder), Error);
    assert(error.message.startsWith('Cannot convert "@std/text/unknown" in a.ts:'), error.message);
    await Deno.writeTextFile(`${folder}/a.ts`, source.replace("/unknown", ""));
    assertEquals(await convertToJsr(folder, undefined), { changed: ["a.ts"], removed: [] });
    assertEquals(await Deno.readTextFile(`${folder}/a.ts`), source.replace("/unknown", ""));
  });
});
