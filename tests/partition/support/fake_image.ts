import type { Image } from "../../../devcluster/node_agent/image.ts";
import { type DeletionReport, EXIT } from "../../../partition/report.ts";
import { report } from "../../../reconcile/partition/testing/report.ts";

const PROGRAM = new URL("./fake_deletion.ts", import.meta.url).pathname;

/** An image whose runs go as the test says; all at the same time go alike. */
export interface FakeImage extends AsyncDisposable {
  image: Image;
  /** What runs say from now on while they run, and at their end. */
  say(change: Partial<DeletionReport>): Promise<void>;
  /** Lets every run end, those to come too, until {@link go} is called. */
  end(code: keyof typeof EXIT, change: Partial<DeletionReport>): Promise<void>;
  /** Lets runs that begin from now on run until they are ended. */
  go(): Promise<void>;
  /** Lets runs that are told to stop go on until they are ended, as if they were at their last batch. */
  reachLastBatch(): Promise<void>;
  /** Pods that have begun so far, each with its arguments. */
  runs(): Promise<{ pod: string; args: string[] }[]>;
  /** How often anybody has asked a run for its progress. */
  asked(): Promise<number>;
}

export async function fakeImage(): Promise<FakeImage> {
  const folder = await Deno.makeTempDir();
  const say = (change: Partial<DeletionReport>) =>
    Deno.writeTextFile(`${folder}/report`, JSON.stringify(report(change)));
  for (const file of ["runs", "asked"]) await Deno.writeTextFile(`${folder}/${file}`, "");
  await say({});
  return {
    image: {
      entrypoint: [Deno.execPath(), "run", "-A", "--no-config", "--no-check", PROGRAM, folder],
      env: { PATH: Deno.env.get("PATH") ?? "", HOME: Deno.env.get("HOME") ?? "" },
    },
    say,
    async end(code, change) {
      await say({ phase: "Ended", ...change });
      await Deno.writeTextFile(`${folder}/exit`, String(EXIT[code]));
    },
    reachLastBatch: () => Deno.writeTextFile(`${folder}/last-batch`, "yes"),
    async go() {
      await Deno.writeTextFile(`${folder}/last-batch`, "");
      await Deno.writeTextFile(`${folder}/exit`, "");
    },
    async runs() {
      const lines = (await Deno.readTextFile(`${folder}/runs`)).split("\n");
      return lines.filter((line) => line !== "").map((line) => {
        const at = line.indexOf(" ");
        return { pod: line.slice(0, at), args: JSON.parse(line.slice(at)) };
      });
    },
    asked: async () => (await Deno.readTextFile(`${folder}/asked`)).length,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}
