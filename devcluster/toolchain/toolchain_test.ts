// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import type { GoModule } from "./go_module.ts";
import type { Progress } from "./progress.ts";
import { ensureToolchain } from "./toolchain.ts";

/** Runs a test with a module whose program builds within two seconds. */
async function withModule(
  source: string,
  test: (module: GoModule, cacheDirectory: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const directory = `${folder}/module`;
    await Deno.mkdir(directory);
    await Deno.writeTextFile(`${directory}/go.mod`, "module example.test/hello\n\ngo 1.21\n");
    await Deno.writeTextFile(`${directory}/main.go`, source);
    const programs = [{ name: "hello", package: ".", usualSeconds: 1 }];
    await test({ name: "hello", directory, linkerFlags: "-s -w", programs }, `${folder}/cache`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const HELLO = `package main

func main() { println("hello") }
`;

/** Calls `ensureToolchain`. Returns the path of the program, its output, and whether the call has built the program. */
async function ensure(module: GoModule, cacheDirectory: string) {
  const notes: string[] = [];
  const progress: Progress = { update: () => {}, note: (line) => void notes.push(line) };
  const toolchain = await ensureToolchain({ modules: [module], cacheDirectory, progress });
  const path = toolchain.get("hello") ?? "";
  const { stderr } = await new Deno.Command(path).output();
  return {
    path,
    prints: new TextDecoder().decode(stderr),
    built: notes.some((line) => line.startsWith("Built hello")),
  };
}

Deno.test("a program is built once and then found in the cache", async () => {
  await withModule(HELLO, async (module, cache) => {
    const first = await ensure(module, cache);
    assertEquals([first.prints, first.built], ["hello\n", true]);
    assertEquals(await ensure(module, cache), { ...first, built: false });
  });
});

Deno.test("only one of concurrent calls builds a program", async () => {
  await withModule(HELLO, async (module, cache) => {
    const results = await Promise.all([1, 2, 3].map(() => ensure(module, cache)));
    assertEquals(results.map(({ prints }) => prints), ["hello\n", "hello\n", "hello\n"]);
    assertEquals(results.filter(({ built }) => built).length, 1);
  });
});

Deno.test("a damaged program is built again", async (t) => {
  await withModule(HELLO, async (module, cache) => {
    const { path } = await ensure(module, cache);
    const damages: Record<string, () => Promise<void>> = {
      "a shortened program": () => Deno.truncate(path, 100),
      "a program with other bytes": async () => {
        using file = await Deno.open(path, { write: true });
        await file.write(new Uint8Array(100));
      },
      "a removed program": () => Deno.remove(path),
      "an incomplete entry": () => Deno.truncate(`${path}.json`, 10),
      "an invalid entry": () => Deno.writeTextFile(`${path}.json`, `{"size":"10"}`),
      "an empty entry": () => Deno.writeTextFile(`${path}.json`, "null"),
      "a removed entry": () => Deno.remove(`${path}.json`),
      "a removed folder": () => Deno.remove(cache, { recursive: true }),
    };
    for (const [name, damage] of Object.entries(damages)) {
      await t.step(name, async () => {
        await damage();
        assertEquals(await ensure(module, cache), { path, prints: "hello\n", built: true });
      });
    }
    await t.step("a program that was only touched is kept", async () => {
      await Deno.utime(path, new Date(0), new Date(0));
      assertEquals((await ensure(module, cache)).built, false);
    });
    await t.step("the folder of a killed builder is removed", async () => {
      await Deno.remove(path);
      await Deno.mkdir(`${cache}/building-1`);
      await Deno.writeTextFile(`${cache}/building-1/hello`, "half of it");
      assertEquals((await ensure(module, cache)).prints, "hello\n");
      const left = (await Array.fromAsync(Deno.readDir(cache))).map(({ name }) => name);
      assertEquals(left.filter((name) => name.startsWith("building")), []);
    });
  });
});

Deno.test("a failed build throws the compiler's message and leaves no cache entry", async () => {
  await withModule("package main\n\nfunc main() { nonsense }\n", async (module, cache) => {
    const error = await assertRejects(() => ensure(module, cache), Error, `Cannot build "hello"`);
    assertEquals(String(error.cause).includes("undefined: nonsense"), true);
    await Deno.writeTextFile(`${module.directory}/main.go`, HELLO);
    assertEquals((await ensure(module, cache)).built, true);
  });
});
