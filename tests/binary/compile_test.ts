// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type Schema, Validator } from "@cfworker/json-schema";
import { granted } from "../../commands/cli/permission_set.ts";
import { BINARY } from "../../commands/cli/permissions.ts";
import { VERSION } from "../../commands/cli/version.ts";
import { V8_FLAGS } from "../../process/memory.ts";
import { compile } from "../../tools/compile/compile.ts";
import { mustDeno } from "../../tools/deno.ts";
import { allTargets, TARGETS } from "../../tools/compile/targets.ts";
import { STAND_IN_EXIT_CODE, standIn } from "../../tools/compile/testing/stand_in.ts";
import { readBinaryMetadata } from "./binary_metadata.ts";
import { copyImageContext } from "./image_context.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const CYCLONEDX = "@cyclonedx/cyclonedx-library";
const HOST = "x86_64-unknown-linux-gnu";
const SBOM = `dynamo-operator-${VERSION}.cdx.json`;
const binaryOf = (target: string) => `dynamo-operator-${VERSION}-${target}`;

/** Calls `body` with a folder of fake Deno runtimes for `deno compile`: one file per target, named after the target. */
async function withStandIns(body: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    for (const target of allTargets()) {
      await Deno.writeFile(`${folder}/${target}`, standIn(target), { mode: 0o755 });
    }
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function run(command: string, args: string[], options: Deno.CommandOptions = {}) {
  const { code, stdout, stderr } = await new Deno.Command(command, { args, ...options }).output();
  const decoder = new TextDecoder();
  return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
}

Deno.test(
  "deno task compile builds the binaries",
  { ignore: Deno.build.os !== "linux" },
  (t) =>
    withStandIns(async (folder) => {
      const out = `${folder}/dist`;
      // The source folder contains only the files of the build context, as in a build of the container image.
      await copyImageContext(`${folder}/source`);
      const runtimes = allTargets().map((one) => [TARGETS[one].variable, `${folder}/${one}`]);
      const { code, output } = await run(Deno.execPath(), ["task", "compile", "--out", out], {
        cwd: `${folder}/source`,
        env: { NO_COLOR: "1", ...Object.fromEntries(runtimes) },
      });
      assertEquals(code, 0, output);
      assertEquals(output.includes("SKIPPED"), false, output);

      await t.step("each binary starts with the base runtime of its target", async () => {
        for (const target of allTargets()) {
          const binary = await Deno.readFile(`${out}/${binaryOf(target)}`);
          const head = standIn(target).subarray(0, 20);
          assertEquals(binary.subarray(0, head.length), head);
          const { mode } = await Deno.stat(`${out}/${binaryOf(target)}`);
          assertEquals((mode ?? 0) & 0o111, 0o111, "every user may execute the binary");
        }
        if (Deno.build.target !== HOST) return;
        assertEquals((await run(`${out}/${binaryOf(HOST)}`, [])).code, STAND_IN_EXIT_CODE);
      });

      await t.step("each binary has the permissions of all subcommands and no others", async () => {
        for (const target of allTargets()) {
          const binary = await Deno.readFile(`${out}/${binaryOf(target)}`);
          const { permissions, v8Flags } = readBinaryMetadata(binary);
          const { prompt, allow_import: _, deny_import, ignore_env, ...lists } = permissions;
          assertEquals(prompt, false);
          assertEquals(deny_import, [], "remote imports are denied");
          assertEquals(ignore_env, [], "other environment variables appear as unset");
          const allowed = Object.entries(lists).filter(([, list]) => list !== null);
          const wanted = (["env", "net", "read", "run", "write"] as const).map((kind) => {
            const items = granted(BINARY, kind);
            return [`allow_${kind}`, items === true ? [] : items];
          });
          assertEquals(Object.fromEntries(allowed), Object.fromEntries(wanted));
          for (const flag of V8_FLAGS.split(",")) assert(v8Flags.includes(flag), flag);
        }
      });

      await t.step("the binary contains the CRDs", async () => {
        const binary = await Deno.readFile(`${out}/${binaryOf(HOST)}`);
        const text = new TextDecoder("latin1").decode(binary);
        for (const part of ["DynamoGraphDeploymentScalingAdapter", "topologySpreadConstraints"]) {
          assertStringIncludes(text, part);
        }
      });

      await t.step("the checksums can be verified", async () => {
        const { code, output } = await run("sha256sum", ["--check", "SHA256SUMS"], { cwd: out });
        assertEquals(code, 0, output);
        for (const file of [...allTargets().map(binaryOf), SBOM]) {
          assertStringIncludes(output, `${file}: OK`);
        }
      });

      await t.step("the SBOM conforms to CycloneDX", async () => {
        const sbom = JSON.parse(await Deno.readTextFile(`${out}/${SBOM}`));
        const validator = await cycloneDxValidator();
        const { valid, errors } = validator.validate(sbom);
        assert(valid, JSON.stringify(errors.slice(-3)));
        assertEquals(validator.validate({ ...sbom, components: [{ name: "?" }] }).valid, false);

        const lock = JSON.parse(await Deno.readTextFile(`${ROOT}deno.lock`));
        const purls = sbom.components.map(({ purl }: { purl: string }) => purl);
        assertEquals(sbom.metadata.component.version, VERSION);
        assertEquals(new Set(purls).size, purls.length);
        for (const name of ["zod", "undici"]) {
          const id = Object.keys(lock.npm).find((id) => id.startsWith(`${name}@`)) ?? "";
          const [found] = sbom.components.filter((one: { name: string }) => one.name === name);
          assertEquals(`${name}@${found?.version}`, id);
          const [{ content }] = found.hashes;
          assertEquals(`sha512-${Uint8Array.fromHex(content).toBase64()}`, lock.npm[id].integrity);
        }
        for (const name of ["fast-check", "dockerfile-ast", "cyclonedx"]) {
          const tools = purls.filter((purl: string) => purl.includes(name));
          assertEquals(
            tools,
            [],
            "the SBOM must not contain packages that only tests and tools use",
          );
        }
      });
    }),
);

Deno.test("compilation is reproducible, and fails for a program with errors", () =>
  withStandIns(async (folder) => {
    const attempt = (source: string, permissions = "binary") => {
      const entry = `${folder}/main.ts`;
      Deno.writeTextFileSync(entry, source);
      return compile({
        name: "program",
        version: "1.0.0",
        entry,
        config: `${ROOT}deno.json`,
        permissions,
        targets: [HOST],
        out: `${folder}/dist`,
        environment: (name) => name === TARGETS[HOST].variable ? `${folder}/${HOST}` : undefined,
      });
    };
    const { files } = await attempt("console.log(1);\n");
    assertEquals(files, [
      `program-1.0.0-${HOST}`,
      "program-1.0.0.cdx.json",
      "SHA256SUMS",
    ]);
    const sums = await Deno.readTextFile(`${folder}/dist/SHA256SUMS`);
    await attempt("console.log(1);\n");
    assertEquals(await Deno.readTextFile(`${folder}/dist/SHA256SUMS`), sums, "not reproducible");
    const fails = (message: string, ...args: Parameters<typeof attempt>) =>
      assertRejects(() => attempt(...args), Error, message);
    await fails("is not assignable to type 'number'", 'const one: number = "1";\nalert(one);\n');
    await fails("Cannot find module", 'import "./missing.ts";\n');
    await fails("no-such-set", "console.log(1);\n", "no-such-set");
  }));

/** Returns a validator for CycloneDX 1.6. Its schema is part of the library that writes the SBOM. */
async function cycloneDxValidator(): Promise<Validator> {
  const entry = `${ROOT}tools/compile/sbom.ts`;
  const text = await mustDeno("find the schema", ["info", "--json", entry]);
  const { npmPackages } = JSON.parse(text) as {
    npmPackages: Record<string, { name: string; localPath: string }>;
  };
  const folder = Object.values(npmPackages).find(({ name }) => name === CYCLONEDX)?.localPath;
  const schema = async (name: string): Promise<Schema> =>
    JSON.parse(await Deno.readTextFile(`${folder}/res/schema/${name}.SNAPSHOT.schema.json`));
  const validator = new Validator(await schema("bom-1.6"), "7", false);
  for (const part of ["spdx", "jsf-0.82"]) validator.addSchema(await schema(part));
  return validator;
}
