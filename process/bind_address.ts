/** Address on which a server listens. */
export interface BindAddress {
  /** Absent for all addresses of the machine. */
  hostname?: string;
  /** TCP port; 0 for any free port. */
  port: number;
}

/**
 * Parses the value of a bind address flag: `:8080` (all addresses), `127.0.0.1:8080`, `[::1]:8080`, or `0` for none.
 *
 * @returns undefined for `0`
 * @throws for an invalid address; the message names the flag
 */
export function parseBindAddress(text: string, flag: string): BindAddress | undefined {
  if (text === "0") return undefined;
  const [, hostname = "", digits = ""] = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]*):(\d{1,5})$/.exec(text) ??
    [];
  const port = Number(digits);
  if (digits === "" || port > 65_535) {
    throw new Error(
      `Cannot parse --${flag} "${text}": give "host:port", ":port" for all addresses, or "0" for none`,
    );
  }
  if (hostname === "") return { port };
  return { hostname: hostname.replace(/^\[|\]$/g, ""), port };
}
