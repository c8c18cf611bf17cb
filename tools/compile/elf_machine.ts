const MAGIC = [0x7f, 0x45, 0x4c, 0x46];
const MACHINE_AT = 18;

/**
 * The machine that an ELF file is for, its `e_machine`.
 *
 * @throws if the file cannot be read or is no ELF file for a little-endian machine
 */
export async function elfMachine(path: string): Promise<number> {
  using file = await Deno.open(path);
  const head = new Uint8Array(MACHINE_AT + 2);
  const length = await file.read(head) ?? 0;
  const isElf = length === head.length && MAGIC.every((byte, at) => head[at] === byte);
  // The sixth byte tells the order of the others.
  if (!isElf || head[5] !== 1) throw new Error(`Cannot use "${path}": it is no program for Linux`);
  return new DataView(head.buffer).getUint16(MACHINE_AT, true);
}
