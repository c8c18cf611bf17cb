/** Response to an HTTP probe; status 0 if the connection failed. */
export interface Probe {
  status: number;
  text: string;
}

/** Sends a GET request, as the kubelet does for a probe. */
export async function probe(url: string): Promise<Probe> {
  try {
    const answer = await fetch(url);
    return { status: answer.status, text: await answer.text() };
  } catch (error) {
    if (error instanceof TypeError) return { status: 0, text: error.message };
    throw error;
  }
}
