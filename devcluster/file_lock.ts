const RETRY_INTERVAL_MS = 200;

/**
 * Runs `work` while no other process, and no other call in this process, holds the same lock file. The kernel releases
 * the lock when the file is closed, even if the process is killed. While the call waits for the lock, it calls `onWait`
 * repeatedly with the ID of the process that holds the lock.
 */
export async function withFileLock<T>(
  path: string,
  onWait: (holderPid: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  using file = await Deno.open(path, { create: true, read: true, write: true });
  while (!await file.tryLock(true)) {
    onWait(await Deno.readTextFile(path));
    await new Promise((resolve) => setTimeout(resolve, RETRY_INTERVAL_MS));
  }
  await file.truncate();
  await file.write(new TextEncoder().encode(`${Deno.pid}`));
  return await work();
}
