// @ts-types="../types/std/assert.d.ts"
import { assert } from "@std/assert";
import { secondsToFirstList } from "./bench/start.ts";
import { canDressAsPod } from "./binary/pod_clothes.ts";

const noPods = !await canDressAsPod();
if (noPods) {
  console.log("SKIPPED the start in a pod: unshare(1) cannot make a mount namespace here");
}

Deno.test(
  "the benchmark measures the start of an operator in a pod",
  { ignore: noPods },
  async () => {
    const main = new URL("../main.ts", import.meta.url).pathname;
    const command = [Deno.execPath(), "run", "--no-prompt", "-P=binary", main];
    assert(await secondsToFirstList(command) > 0);
  },
);
