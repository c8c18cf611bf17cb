import config from "../../deno.json" with { type: "json" };

/** The version of this program, the one in `deno.json`. */
export const VERSION: string = config.version;
