import type { RenderOptions } from "./options.ts";
export async function printDiff(_options: RenderOptions): Promise<void> {}
