// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type BaseRuntime, findBaseRuntime, skippedNotice } from "./base_runtime.ts";
import { standIn } from "./testing/stand_in.ts";

const X86 = "x86_64-unknown-linux-gnu";
const ARM = "aarch64-unknown-linux-gnu";

async function inScratch(test: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeFile(`${folder}/x86`, standIn(X86));
    await Deno.writeFile(`${folder}/arm`, standIn(ARM));
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs a test with an empty cache and without a network. */
async function offline(test: () => Promise<void>) {
  const cache = await Deno.makeTempDir();
  const offline = { DENO_DIR: cache, HTTPS_PROXY: "http://127.0.0.1:1" };
  const before = Object.keys(offline).map((name) => [name, Deno.env.get(name)] as const);
  try {
    for (const [name, value] of Object.entries(offline)) Deno.env.set(name, value);
    await test();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
    await Deno.remove(cache, { recursive: true });
  }
}

const found = (file: string): BaseRuntime => ({ available: true, env: { DENORT_BIN: file } });

Deno.test("the variable of a target takes precedence over DENORT_BIN", async () => {
  await inScratch(async (folder) => {
    const named: Record<string, string> = {
      DENORT_BIN: `${folder}/x86`,
      DENORT_BIN_AARCH64: `${folder}/arm`,
    };
    const environment = (name: string) => named[name];
    assertEquals(await findBaseRuntime(X86, environment, folder), found(`${folder}/x86`));
    assertEquals(await findBaseRuntime(ARM, environment, folder), found(`${folder}/arm`));
    const wrong = (name: string) => name === "DENORT_BIN_X86_64" ? `${folder}/arm` : undefined;
    await assertRejects(
      () => findBaseRuntime(X86, wrong, folder),
      Error,
      "for another architecture",
    );
  });
});

Deno.test("DENORT_BIN for another architecture is ignored, and the notice names the missing file", async () => {
  await inScratch((folder) =>
    offline(async () => {
      const environment = (name: string) => name === "DENORT_BIN" ? `${folder}/x86` : undefined;
      const runtime = await findBaseRuntime(ARM, environment, folder);
      assert(!runtime.available);
      assertStringIncludes(runtime.reason, `denort-${ARM}.zip`);
      const notice = skippedNotice(ARM, runtime.reason);
      assertStringIncludes(notice, `SKIPPED: no binary for ${ARM}`);
      assertStringIncludes(notice, "DENORT_BIN_AARCH64=FILE");
    })
  );
});
