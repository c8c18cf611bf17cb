// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { VERSION } from "../../commands/cli/version.ts";
import { type BaseRuntime, findBaseRuntime } from "../../tools/compile/base_runtime.ts";
import { compile } from "../../tools/compile/compile.ts";
import { skippedNotice } from "../../tools/compile/skipped_notice.ts";
import { isTarget } from "../../tools/compile/targets.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const { target } = Deno.build;

const folder = await Deno.makeTempDir();
const runtime: BaseRuntime = isTarget(target)
  ? await findBaseRuntime(target, Deno.env.get, folder)
  : { available: false, reason: `binaries for ${target} are not built` };
if (!runtime.available && isTarget(target)) console.log(skippedNotice(target, runtime.reason));

Deno.test("the compiled binary runs", { ignore: !runtime.available }, async () => {
  if (!isTarget(target)) return;
  const { files: [file] } = await compile({
    name: "dynamo-operator",
    version: VERSION,
    entry: `${ROOT}main.ts`,
    config: `${ROOT}deno.json`,
    permissions: "binary",
    targets: [target],
    out: folder,
    environment: Deno.env.get,
  });
  const run = async (...args: string[]) => {
    const command = new Deno.Command(`${folder}/${file}`, { args, clearEnv: true });
    const { code, stdout, stderr } = await command.output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, stdout: text(stdout), stderr: text(stderr) };
  };
  assertEquals((await run("version")).stdout, `${VERSION}\n`);
  assertStringIncludes((await run("crds")).stdout, "kind: CustomResourceDefinition");
  const outside = await run();
  assertEquals(outside.code, 1);
  assertMatch(outside.stderr, /Cannot find a cluster/);
});

globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
