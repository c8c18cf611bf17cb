const LOOK_AGAIN_MS = 200;

/**
 * Runs `work` while no other process (nor another call in this one) runs its own under the same lock
 * file. The kernel holds the lock for as long as the file is open, so a process that dies, however it
 * dies, leaves nothing to clean up. `onWait` is called again and again while the lock is taken, with
 * the process id of whoever has it.
 */
export async function withFileLock<T>(
  path: string,
  onWait: (holder: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  using file = await Deno.open(path, { create: true, read: true, write: true });
  while (!await file.tryLock(true)) {
    onWait(await Deno.readTextFile(path));
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  await file.truncate();
  await file.write(new TextEncoder().encode(`${Deno.pid}`));
  return await work();
}
