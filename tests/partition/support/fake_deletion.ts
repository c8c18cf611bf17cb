/**
 * Program that replaces `delete-partition` in tests that choose its progress and its exit code:
 *
 *     deno run -A fake_deletion.ts FOLDER delete-partition … --progress-address=A --termination-log=F
 *
 * At its start the program appends a line to FOLDER/runs. It serves the content of FOLDER/report as its progress and
 * writes it as its termination message. As soon as FOLDER/exit contains an exit code, the program exits with this code.
 * On SIGTERM it exits with code 1, unless FOLDER/ignore-sigterm contains text.
 */
import type { DeletionReport } from "../../../partition/report.ts";

const [folder = "", ...args] = Deno.args;
const value = (flag: string) =>
  args.find((arg) => arg.startsWith(`--${flag}=`))?.slice(flag.length + 3) ?? "";
const termination = value("termination-log");
const [, hostname = "", port = ""] = /^\[(.+)\]:(\d+)$/.exec(value("progress-address")) ?? [];

async function read(file: string): Promise<string> {
  try {
    return await Deno.readTextFile(`${folder}/${file}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

async function end(code: number, change: Partial<DeletionReport> = {}): Promise<never> {
  const report = JSON.parse(await read("report") || "{}");
  await Deno.writeTextFile(termination, JSON.stringify({ ...report, ...change }));
  Deno.exit(code);
}

Deno.addSignalListener("SIGTERM", async () => {
  if (await read("ignore-sigterm") === "") await end(1, { phase: "Ended", outcome: "Interrupted" });
});
Deno.serve({ hostname, port: Number(port), onListen() {} }, async () => {
  await Deno.writeTextFile(`${folder}/progress-requests`, ".", { append: true });
  return new Response(await read("report"));
});
// Tests wait for this line before they send SIGTERM, so the program first sets the signal handler.
const line = `${Deno.env.get("HOSTNAME")} ${JSON.stringify(args)}\n`;
await Deno.writeTextFile(`${folder}/runs`, line, { append: true });
while (true) {
  const code = await read("exit");
  if (code !== "") await end(Number(code));
  await new Promise((resolve) => setTimeout(resolve, 50));
}
