/**
 * Makes the project import the standard library from JSR instead of npm, for environments that can connect to JSR; see
 * `docs/decisions/0007-std-from-npm.md`.
 *
 *     deno task jsr                converts in place and completes deno.lock
 *     deno task jsr --out DIR      converts a copy and completes its deno.lock
 *     deno task jsr --check        converts nothing; fails if the conversion would fail
 */
import { deno } from "../deno.ts";
import { completeLock } from "./complete_lock.ts";
import { convertToJsr } from "./convert.ts";

const ROOT = new URL("../../", import.meta.url).pathname.slice(0, -1);
const USAGE = "Usage: deno task jsr [--check | --out DIR]";

const [option, folder, ...more] = Deno.args;
const check = option === "--check" && folder === undefined;
const out = option === "--out" && folder ? folder : undefined;
if ((option !== undefined && !check && out === undefined) || more.length > 0) {
  console.error(USAGE);
  Deno.exit(2);
}
try {
  const target = check ? undefined : out ?? ROOT;
  const { changed, removed } = await convertToJsr(ROOT, target);
  const counts = `${changed.length} files to convert, ${removed.length} to remove`;
  console.log(check ? counts : `${counts}: done`);
  if (target !== undefined) console.log(await completeLock(target, deno));
} catch (error) {
  if (!(error instanceof Error)) throw error;
  console.error(error.message);
  Deno.exit(1);
}
