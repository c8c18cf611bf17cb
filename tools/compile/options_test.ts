// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { parseCompileOptions } from "./options.ts";

const X86 = "x86_64-unknown-linux-gnu";
const ARM = "aarch64-unknown-linux-gnu";

Deno.test("without flags every target is made, in dist", () => {
  assertEquals(parseCompileOptions([]), { targets: [X86, ARM], out: "dist" });
});

Deno.test("targets can be named one by one, and the folder", () => {
  assertEquals(parseCompileOptions([`--target=${ARM}`, "--out", "/tmp/made/"]), {
    targets: [ARM],
    out: "/tmp/made",
  });
  const both = ["--target", ARM, "--target", X86, `--target=${ARM}`];
  assertEquals(parseCompileOptions(both).targets, [ARM, X86]);
});

Deno.test("what cannot be compiled for is refused with what can", () => {
  assertThrows(() => parseCompileOptions(["--target=windows"]), Error, `"${X86}" and "${ARM}"`);
  assertThrows(() => parseCompileOptions(["--target"]), Error, 'Flag "--target" needs a value');
  assertThrows(() => parseCompileOptions(["--release"]), Error, 'Unexpected argument "--release"');
});
