// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";

const ROOT = new URL("../", import.meta.url);

/** Folders from which the reconciler of every kind may import. The reconcilers are in `reconcile/<kind>/`. */
const KIND = [
  "crds/",
  "kube/",
  "reconcile/apply/",
  "reconcile/dynamo/",
  "reconcile/engine/",
  "reconcile/pod/",
  "reconcile/workload/",
];

/**
 * For each module (a file or a folder of the project): the other modules that its files may import. Files of one module
 * may always import each other. If the paths of several modules match a file, the longest path decides. An entry with
 * the prefix `types:` allows only imports of types.
 */
const MODULES: { module: string; may: string[] }[] = [
  { module: "main.ts", may: ["commands/"] },
  {
    module: "commands/",
    may: ["crds/", "kube/", "process/", "lease/", "reconcile/", "partition/", "deno.json"],
  },
  { module: "crds/", may: [] },
  { module: "kube/", may: [] },
  { module: "process/", may: [] },
  { module: "lease/", may: ["kube/"] },
  { module: "reconcile/apply/", may: ["kube/"] },
  { module: "reconcile/engine/", may: ["kube/", "lease/", "process/", "reconcile/apply/"] },
  {
    module: "reconcile/dynamo/",
    // `reconcile/dynamo/` may import only types, declarations of kinds, and pure functions from `kube/`.
    may: [
      "crds/",
      "types:kube/",
      "kube/conditions.ts",
      "kube/json.ts",
      "kube/object.ts",
      "kube/quantity.ts",
      "kube/resource.ts",
      "kube/shape_file.ts",
      "reconcile/apply/adoption_marks.ts",
      "reconcile/apply/plan_hash.ts",
      "reconcile/apply/reasons.ts",
    ],
  },
  {
    module: "reconcile/pod/",
    may: ["crds/", "kube/object.ts", "types:kube/", "reconcile/dynamo/"],
  },
  {
    module: "reconcile/workload/",
    may: [
      "crds/",
      "kube/builtin.ts",
      "kube/json.ts",
      "kube/once_per_object.ts",
      "kube/optional_kinds.ts",
      "types:kube/",
      "reconcile/apply/",
      "reconcile/dynamo/",
      "reconcile/pod/",
    ],
  },
  { module: "reconcile/component/", may: KIND },
  { module: "reconcile/grove/", may: KIND },
  { module: "reconcile/scaling/", may: [...KIND, "reconcile/grove/"] },
  {
    module: "reconcile/graph/",
    may: [...KIND, "reconcile/component/", "reconcile/grove/", "reconcile/scaling/"],
  },
  // The reconciler of requests also imports the code for the RBAC objects of shared ServiceAccounts, and the code that
  // finds out why pods are missing.
  {
    module: "reconcile/request/",
    may: [...KIND, "reconcile/component/read_causes.ts", "reconcile/graph/rbac.ts"],
  },
  { module: "reconcile/model/", may: KIND },
  // The operator shares three things with the program in the pod of a partition job. These are the type of the report,
  // the rules for table names, and the digest of the partition value.
  {
    module: "reconcile/partition/",
    may: [
      ...KIND,
      "partition/report.ts",
      "partition/table_name.ts",
      "partition/value_digest.ts",
    ],
  },
  { module: "partition/", may: ["kube/clock.ts", "process/"] },
  { module: "devcluster/", may: ["kube/http/proxy_environment.ts", "process/memory.ts"] },
];

/** Packages that only files with a matching path may load. All files may import types of `client-node`. */
const PACKAGES: { package: string; only: RegExp }[] = [
  { package: "@kubernetes/client-node", only: /^kube\// },
  { package: "zod", only: /^crds\// },
  { package: "@aws-sdk", only: /^partition\/(?!.*_test\.ts)|^tests\/(partition|support|bench)\// },
  { package: "@smithy", only: /^partition\// },
  { package: "fast-check", only: /_test\.ts$/ },
];

/**
 * Modules that the operator imports dynamically, when it needs them. `docs/decisions/0018-memory.md` describes how much
 * memory they need.
 */
const LOADED_ON_DEMAND = ["zod", "@kubernetes/client-node", "kube/http/node_client.ts"];

interface Import {
  from: string;
  to: string;
  typeOnly: boolean;
  /** Whether an `import()` expression imports the module. */
  dynamic: boolean;
}

Deno.test("a module imports only the modules that its entry in MODULES allows", async () => {
  const broken = (await projectImports()).filter(({ from, to, typeOnly }) => {
    const rule = MODULES.filter(({ module }) => from.startsWith(module))
      .sort((a, b) => b.module.length - a.module.length)[0];
    if (!rule || !isProjectFile(to) || to.startsWith("types/")) return false;
    if (from.endsWith("_test.ts")) return false;
    return ![rule.module, ...rule.may].some((allowed) =>
      to.startsWith(allowed) || (typeOnly && `types:${to}`.startsWith(allowed))
    );
  });
  assertEquals(broken.map(({ from, to }) => `${from} imports ${to}`), []);
});

Deno.test("only the run command imports controllers", async () => {
  const broken = (await projectImports()).filter(({ from, to }) =>
    to.endsWith("/controller.ts") && !to.startsWith("reconcile/engine/") &&
    !from.startsWith("commands/run/")
  );
  assertEquals(broken.map(({ from, to }) => `${from} imports ${to}`), []);
});

Deno.test("files plan.ts and status.ts use no client, no clock and no environment variables", async () => {
  const broken: string[] = [];
  for await (const file of sourceFiles()) {
    if (!/^reconcile\/(?!engine).*(plan|status)\.ts$/.test(file)) continue;
    const text = await Deno.readTextFile(new URL(file, ROOT));
    for (
      const impure of [/\bDeno\./, /\bDate\.now\(/, /new Date\(\)/, /Math\.random/, /\bfetch\(/]
    ) {
      if (impure.test(text)) broken.push(`${file} uses ${impure.source}`);
    }
  }
  assertEquals(broken, []);
});

Deno.test("packages are loaded only by the modules that need them", async () => {
  const broken = (await projectImports()).filter(({ from, to, typeOnly }) => {
    const rule = PACKAGES.find((rule) => to === rule.package || to.startsWith(`${rule.package}/`));
    return rule && !typeOnly && !rule.only.test(from);
  });
  assertEquals(broken.map(({ from, to }) => `${from} imports ${to}`), []);
});

Deno.test("the operator loads packages with a large memory footprint only if it needs them", async () => {
  const importsOf = Map.groupBy(
    (await projectImports()).filter(({ typeOnly, dynamic }) => !typeOnly && !dynamic),
    ({ from }) => from,
  );
  const loaded = new Map<string, string>();
  const visit = (file: string, path: string) => {
    if (loaded.has(file)) return;
    loaded.set(file, path);
    for (const { to } of importsOf.get(file) ?? []) visit(to, `${path} -> ${to}`);
  };
  for (const entry of ["main.ts", "commands/run/run.ts", "commands/run/controllers.ts"]) {
    visit(entry, entry);
  }
  assertEquals(loaded.has("reconcile/graph/plan.ts"), true);
  const found = LOADED_ON_DEMAND.flatMap((name) => loaded.get(name) ?? []);
  assertEquals(found, []);
});

Deno.test("no file imports itself through others, not even for types", async () => {
  const importsOf = Map.groupBy(await projectImports(), ({ from }) => from);
  const open: string[] = [];
  const finished = new Set<string>();
  const cycles: string[] = [];
  function visit(file: string) {
    if (open.includes(file)) cycles.push([...open.slice(open.indexOf(file)), file].join(" -> "));
    if (finished.has(file) || open.includes(file)) return;
    open.push(file);
    for (const { to } of importsOf.get(file) ?? []) visit(to);
    open.pop();
    finished.add(file);
  }
  for (const file of importsOf.keys()) visit(file);
  assertEquals(cycles, []);
});

Deno.test("no source file is longer than 400 lines", async () => {
  const long: string[] = [];
  for await (const file of sourceFiles()) {
    const lines = (await Deno.readTextFile(new URL(file, ROOT))).split("\n").length;
    if (lines > 401) long.push(`${file}: ${lines} lines`);
  }
  assertEquals(long, []);
});

function isProjectFile(path: string): boolean {
  return path.includes("/") && /\.(ts|json)$/.test(path);
}

async function projectImports(): Promise<Import[]> {
  const found: Import[] = [];
  for await (const file of sourceFiles()) {
    const text = await Deno.readTextFile(new URL(file, ROOT));
    const statements = text.matchAll(
      /^(?:import|export)\s+(type\s)?[^"';]*?from\s+"([^"]+)"|import\("([^"]+)"\)/gm,
    );
    for (const [, type, from, dynamic] of statements) {
      const specifier = from ?? dynamic ?? "";
      const to = specifier.startsWith(".")
        ? new URL(specifier, new URL(file, ROOT)).href.slice(ROOT.href.length)
        : specifier;
      found.push({ from: file, to, typeOnly: type !== undefined, dynamic: dynamic !== undefined });
    }
  }
  return found;
}

async function* sourceFiles(folder = ""): AsyncIterable<string> {
  for await (const entry of Deno.readDir(new URL(folder || ".", ROOT))) {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory && !entry.name.startsWith(".") && entry.name !== "node_modules") {
      yield* sourceFiles(`${path}/`);
    } else if (entry.isFile && entry.name.endsWith(".ts") && !entry.name.endsWith(".d.ts")) {
      yield path;
    }
  }
}
