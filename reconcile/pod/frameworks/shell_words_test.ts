// @ts-types="../../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { scriptIndex, shellLine, singleQuoted } from "./shell_words.ts";

Deno.test("elements without special characters are joined with spaces", () => {
  const plain = ["python3", "-m", "dynamo.vllm", "--a=b,c", "Qwen/Qwen3-0.6B", "[1,2]", "x@y:1%"];
  assertEquals(shellLine(plain), plain.join(" "));
});

Deno.test("an element that a shell would change is quoted", () => {
  const changed = ['{"a":1}', "it's", "a;b", "a&b", "a|b", "a>b", "(x)", "`x`", "a\\b", "#x", "*"];
  for (const element of changed) {
    assertEquals(shellLine(["--x", element]), `--x ${singleQuoted(element)}`);
  }
  assertEquals(singleQuoted("it's"), `'it'\\''s'`);
});

Deno.test("a value with spaces is quoted", () => {
  assertEquals(shellLine(["--name", "my model"]), "--name 'my model'");
  assertEquals(shellLine(["--name=my model"]), "'--name=my model'");
  assertEquals(shellLine(['--json={"a": 1, "b": 2}']), `'--json={"a": 1, "b": 2}'`);
  assertEquals(shellLine(["--json", "[1, 2]"]), "--json '[1, 2]'");
  assertEquals(shellLine(["--json", '{"a": "--b c"}']), `--json '{"a": "--b c"}'`);
  assertEquals(shellLine(["--name", ""]), "--name ''");
});

Deno.test("several arguments in one element stay separate words", () => {
  for (
    const element of [
      "--model m",
      "-m dynamo.vllm --model m",
      "--a=1 --b 2",
      "run.py model",
      "--json '{\"a\": 1}'",
    ]
  ) {
    assertEquals(shellLine(["python3", element]), `python3 ${element}`);
  }
  assertEquals(shellLine(["-m", "dynamo.vllm --model m"]), "-m dynamo.vllm --model m");
});

Deno.test("shell syntax of the user stays as it is", () => {
  for (
    const element of [
      "$MODEL_PATH",
      "${MODEL_PATH}/x",
      "$(MODEL_PATH)",
      "$((INDEX + 1))",
      "~/models",
      "'my model'",
      '"my model"',
      `--json='{"a": 1}'`,
    ]
  ) {
    assertEquals(shellLine(["--x", element]), `--x ${element}`);
  }
});

Deno.test("the script of a shell is found after -c", () => {
  assertEquals(scriptIndex(["/bin/sh", "-c", "x"]), 2);
  assertEquals(scriptIndex(["bash", "-l", "-c", "x"]), 3);
  assertEquals(scriptIndex(["bash", "-lc", "x", "y"]), 2);
  assertEquals(scriptIndex(["bash", "run.sh", "-c"]), undefined);
  assertEquals(scriptIndex(["python3", "-c", "x"]), undefined);
  assertEquals(scriptIndex([]), undefined);
});
