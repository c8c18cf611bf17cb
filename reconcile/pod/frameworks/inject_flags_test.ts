// @ts-types="../../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { injectFlags, insertFlags, isPythonCommand } from "./inject_flags.ts";

const flags = { framework: "sglang", inShell: ["--rank", "1"], withoutShell: ["--rank", "1"] };

function inject(command: string[], args: string[], needsShell = false) {
  const { withoutShell: _direct, ...inShell } = flags;
  const changed = injectFlags({ name: "main", command, args }, needsShell ? inShell : flags);
  return { command: changed.command, args: changed.args };
}

Deno.test("only the first argument that calls the framework gets the flags", () => {
  const call = "python -m dynamo.sglang";
  assertEquals(inject(["sh", "-c"], ["echo start", call, "echo done"]).args, [
    "echo start",
    `${call} --rank 1`,
    "echo done",
  ]);
  assertEquals(inject(["sh", "-c"], [call, call]).args, [`${call} --rank 1`, call]);
});

Deno.test("a command that does not call the framework stays as it is", () => {
  const other = ["echo hello", "python -m some.other.module"];
  assertEquals(inject(["sh", "-c"], other), { command: ["sh", "-c"], args: other });
  assertEquals(inject(["java"], ["-jar", "sglang.jar"]).args, ["-jar", "sglang.jar"]);
});

Deno.test("a Python command gets the flags as arguments, and a shell if the flags need one", () => {
  assertEquals(inject(["python3"], ["-m", "dynamo.sglang"]), {
    command: ["python3"],
    args: ["-m", "dynamo.sglang", "--rank", "1"],
  });
  assertEquals(inject(["python3", "-m", "dynamo.sglang"], [], true), {
    command: ["sh", "-c"],
    args: ["exec python3 -m dynamo.sglang --rank 1"],
  });
});

Deno.test("Python is recognised by the name of the program", () => {
  const python = ["python", "python3", "python3.11", "/usr/bin/python3.8"];
  assertEquals(python.filter((name) => !isPythonCommand([name])), []);
  const others = ["pythonx", "python-config", "python3 ", "/usr/python/bin", ""];
  assertEquals(others.filter((name) => isPythonCommand([name])), []);
  assertEquals(isPythonCommand([]), false);
});

Deno.test("flags follow the last word that contains the name of the framework", () => {
  const insert = (script: string) => insertFlags(script, "vllm", "-F");
  assertEquals(
    insert("echo x | wc -l && python3 -m dynamo.vllm --a && ls"),
    "echo x | wc -l && python3 -m dynamo.vllm -F --a && ls",
  );
  assertEquals(
    insert("python -m dynamo.vllm --model /vllm/m --a"),
    "python -m dynamo.vllm --model /vllm/m -F --a",
  );
  assertEquals(insert("python -m dynamo.vllm.worker; x"), "python -m dynamo.vllm.worker -F; x");
  assertEquals(insert("python -m dynamo.vllm\\\n --a"), "python -m dynamo.vllm -F\\\n --a");
  assertEquals(
    insert("python a.vllm & python3.11 b.vllm|tee"),
    "python a.vllm -F & python3.11 b.vllm -F|tee",
  );
});

Deno.test("a name before the call of Python, or in another command, gets no flags", () => {
  for (const script of ["vllm serve", "cd vllm python x", "python x && vllm", "python3vllm", ""]) {
    assertEquals(insertFlags(script, "vllm", "-F"), script);
  }
});

Deno.test("flags are inserted into a long script quickly", () => {
  const started = performance.now();
  insertFlags("python ".repeat(50_000), "vllm", "-F");
  assertEquals(performance.now() - started < 2_000, true);
});
