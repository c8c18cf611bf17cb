// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { inStreams } from "./streams.ts";

Deno.test("each cluster runs one file at a time, and takes the next file when it is free", async () => {
  const waiting = new Map<string, () => void>();
  const started: string[] = [];
  const end = async (file: string) => {
    waiting.get(file)?.();
    await new Promise((resolve) => setTimeout(resolve));
  };
  const all = inStreams(["a", "b", "c", "d"], ["left", "right"], async (file, cluster) => {
    started.push(`${file} ${cluster}`);
    await new Promise<void>((resolve) => waiting.set(file, resolve));
    return file;
  });
  assertEquals(started, ["a left", "b right"]);
  await end("b");
  assertEquals(started, ["a left", "b right", "c right"]);
  await end("c");
  await end("d");
  await end("a");
  assertEquals(started.at(-1), "d right");
  assertEquals(await all, ["b", "c", "d", "a"]);
});
