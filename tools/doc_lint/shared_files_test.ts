// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { sharedFiles } from "./shared_files.ts";

const shared = (files: Record<string, string>) =>
  Object.fromEntries(sharedFiles(new Map(Object.entries(files))));

Deno.test("a file is shared if a file of another module imports it", () => {
  assertEquals(
    shared({
      "kube/client.ts": 'import { a } from "./inner.ts";',
      "kube/inner.ts": "",
      "lease/renew.ts": 'import type {\n  A,\n} from "../kube/client.ts";',
      "crds/kinds/graph.ts": "",
      "crds/emit/yaml.ts": 'import { b } from "../kinds/graph.ts";',
      "reconcile/graph/plan.ts": 'import { c } from "../apply/planned.ts";',
      "reconcile/apply/planned.ts": "",
      "main.ts": 'const { run } = await import("./commands/run/run.ts");',
      "commands/run/run.ts": "",
      "tools/generate.ts": 'import { d } from "../crds/emit/yaml.ts";',
    }),
    {
      "commands": ["commands/run/run.ts"],
      "crds": ["crds/emit/yaml.ts"],
      "kube": ["kube/client.ts"],
      "reconcile/apply": ["reconcile/apply/planned.ts"],
    },
  );
});

Deno.test("tests share no files, and files outside the product are not shared", () => {
  assertEquals(
    shared({
      "kube/testing/fake_clock.ts": "",
      "lease/gate_test.ts": 'import { a } from "../kube/client.ts";',
      "tests/x.ts": 'import { a } from "../kube/client.ts";',
      "lease/gate.ts": 'import { a } from "../kube/testing/fake_clock.ts";',
      "kube/client.ts": "",
      "demo/main.ts": 'import { b } from "../devcluster/cli.ts";',
      "devcluster/cli.ts": "",
    }),
    {},
  );
});
