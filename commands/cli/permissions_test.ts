// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { granted, PERMISSION_KINDS } from "./permission_set.ts";
import { BINARY, PERMISSION_SETS, permissionsOf } from "./permissions.ts";

Deno.test("the permissions of the binary are the union of the permissions of its subcommands", () => {
  const subcommands = Object.entries(PERMISSION_SETS).filter(([name]) => name !== "binary");
  for (const kind of PERMISSION_KINDS) {
    const needed = subcommands.map(([, set]) => granted(set, kind));
    const union = needed.includes(true)
      ? true
      : [...new Set(needed.flatMap((items) => items === true ? [] : items))].sort();
    const held = granted(BINARY, kind);
    assertEquals(held === true ? held : [...held].sort(), union, kind);
  }
});

Deno.test("if a subcommand needs a list of items, the binary also holds a list and not the whole kind", () => {
  for (const [name, set] of Object.entries(PERMISSION_SETS)) {
    for (const kind of PERMISSION_KINDS) {
      const needed = granted(set, kind);
      const narrowed = needed !== true && needed.length > 0;
      assertEquals(narrowed && granted(BINARY, kind) === true, false, `${name}: ${kind}`);
    }
  }
});

Deno.test("the permissions of a subcommand depend on its flags and on the environment", () => {
  const { run, "run-outside": outside } = PERMISSION_SETS;
  const inPod = (...args: string[]) => permissionsOf("run", args, true);
  assertEquals(inPod(), run);
  assertEquals(inPod("--kubeconfig="), run);
  assertEquals(inPod("--kubeconfig=/f"), outside);
  assertEquals(inPod("-kubeconfig", "/f"), outside);
  assertEquals(permissionsOf("run", [], false), outside);
  const crds = (...args: string[]) => permissionsOf("crds", args, false);
  assertEquals(crds(), {});
  assertEquals(crds("--out", "crds"), { write: ["crds"] });
  assertEquals(crds("--out=a", "--out=b"), { write: ["b"] });
  const render = (...args: string[]) => permissionsOf("render", args, false);
  assertEquals(render("-f", "a", "--filename=b", "-f", "-"), { read: ["a", "b"] });
  assertEquals(render("-f", "-"), { read: [] });
  assertEquals(render("--diff"), outside);
  assertEquals(render("--diff=false", "-f=a"), { read: ["a"] });
  assertEquals(permissionsOf("render", ["--diff"], true), run);
  assertEquals(permissionsOf("version", [], false), {});
  assertEquals(permissionsOf("no-such-command", ["--kubeconfig=/f", "--out=/"], false), {});
});
