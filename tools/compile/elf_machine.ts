const MAGIC = [0x7f, 0x45, 0x4c, 0x46];
const MACHINE_AT = 18;

/**
 * Returns the architecture of an ELF file, as the number in its header field `e_machine`.
 *
 * @throws if the file is unreadable or not a little-endian ELF file
 */
export async function elfMachine(path: string): Promise<number> {
  using file = await Deno.open(path);
  const head = new Uint8Array(MACHINE_AT + 2);
  const length = await file.read(head) ?? 0;
  const isElf = length === head.length && MAGIC.every((byte, at) => head[at] === byte);
  // The sixth byte is 1 for little-endian files.
  if (!isElf || head[5] !== 1) throw new Error(`Cannot use "${path}": not a Linux program`);
  return new DataView(head.buffer).getUint16(MACHINE_AT, true);
}
