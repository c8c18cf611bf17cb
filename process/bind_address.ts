/** Where a server listens. */
export interface BindAddress {
  /** Absent: every address of the machine. */
  hostname?: string;
  port: number;
}

/**
 * Reads an address as the flags have it: `:8080` (every address), `127.0.0.1:8080`, `[::1]:8080`, or `0` for off.
 *
 * @returns undefined for off
 * @throws on anything else, naming the flag
 */
export function parseBindAddress(text: string, flag: string): BindAddress | undefined {
  if (text === "0") return undefined;
  const [, hostname = "", digits = ""] = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]*):(\d{1,5})$/.exec(text) ??
    [];
  const port = Number(digits);
  if (digits === "" || port > 65_535) {
    throw new Error(
      `Cannot read --${flag} "${text}": it must be "host:port", ":port" for every address, or "0" for off`,
    );
  }
  if (hostname === "") return { port };
  return { hostname: hostname.replace(/^\[|\]$/g, ""), port };
}
