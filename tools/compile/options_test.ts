// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { parseCompileOptions } from "./options.ts";

const X86 = "x86_64-unknown-linux-gnu";
const ARM = "aarch64-unknown-linux-gnu";

Deno.test("by default all targets are compiled into dist", () => {
  assertEquals(parseCompileOptions([]), { targets: [X86, ARM], out: "dist" });
});

Deno.test("targets and the output folder can be selected", () => {
  assertEquals(parseCompileOptions([`--target=${ARM}`, "--out", "/tmp/made/"]), {
    targets: [ARM],
    out: "/tmp/made",
  });
  const both = ["--target", ARM, "--target", X86, `--target=${ARM}`];
  assertEquals(parseCompileOptions(both).targets, [ARM, X86]);
});

Deno.test("the error for an unknown target lists the known ones", () => {
  assertThrows(() => parseCompileOptions(["--target=windows"]), Error, `"${X86}" and "${ARM}"`);
  assertThrows(() => parseCompileOptions(["--target"]), Error, 'Flag "--target" needs a value');
  assertThrows(() => parseCompileOptions(["--release"]), Error, 'Unexpected argument "--release"');
});
