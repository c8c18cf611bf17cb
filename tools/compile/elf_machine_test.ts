// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import { elfMachine } from "./elf_machine.ts";
import { allTargets, TARGETS } from "./targets.ts";
import { standIn } from "./testing/stand_in.ts";

Deno.test("the architecture of a program is read from its header", async () => {
  const file = await Deno.makeTempFile();
  try {
    for (const target of allTargets()) {
      await Deno.writeFile(file, standIn(target));
      assertEquals(await elfMachine(file), TARGETS[target].machine);
    }
    for (const text of ["", "#!/bin/sh\necho no program for any machine\n"]) {
      await Deno.writeTextFile(file, text);
      await assertRejects(() => elfMachine(file), Error, `Cannot use "${file}"`);
    }
  } finally {
    await Deno.remove(file);
  }
});
