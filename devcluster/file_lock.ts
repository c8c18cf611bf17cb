/**
 * Runs `work` while no other process (nor another call in this one) runs its own under the same lock
 * file. The kernel holds the lock for as long as the file is open, so a process that dies, however it
 * dies, leaves nothing to clean up. `onWait` is called once, with the holder's process id if it is
 * known, when the lock is taken and there will be a wait.
 */
export async function withFileLock<T>(
  path: string,
  onWait: (holder: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  using file = await Deno.open(path, { create: true, read: true, write: true });
  if (!await file.tryLock(true)) {
    onWait(await Deno.readTextFile(path));
    await file.lock(true);
  }
  await file.truncate();
  await file.write(new TextEncoder().encode(`${Deno.pid}`));
  return await work();
}
