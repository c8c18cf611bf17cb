// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { withFileLock } from "./file_lock.ts";
import { lines } from "./lines.ts";

Deno.test("calls with the same lock never overlap", async () => {
  const path = await Deno.makeTempFile();
  try {
    let running = 0;
    const overlaps: boolean[] = [];
    const work = async () => {
      overlaps.push(++running > 1);
      await Promise.resolve();
      running--;
    };
    await Promise.all([1, 2, 3, 4].map(() => withFileLock(path, () => {}, work)));
    assertEquals(overlaps, [false, false, false, false]);
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("a waiting call reports the process that holds the lock, and gets the lock when that process is killed", async () => {
  const path = await Deno.makeTempFile();
  const module = new URL("./file_lock.ts", import.meta.url).href;
  const program = `import { withFileLock } from "${module}";
    await withFileLock(Deno.args[0], () => {}, async () => {
      console.log("locked");
      await new Promise((resolve) => setTimeout(resolve, 600_000));
    });`;
  const holder = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-config", program, path],
    stdout: "piped",
  }).spawn();
  try {
    for await (const line of lines(holder.stdout)) {
      if (line === "locked") break;
    }
    let reported = "";
    const onWait = (pid: string) => {
      if (reported === "") holder.kill("SIGKILL");
      reported = pid;
    };
    assertEquals(await withFileLock(path, onWait, () => Promise.resolve("done")), "done");
    assertEquals(reported, String(holder.pid));
  } finally {
    await holder.status;
    await Deno.remove(path);
  }
});
