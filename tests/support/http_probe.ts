/** An answer to a probe; status 0 while nobody answers. */
export interface Probe {
  status: number;
  text: string;
}

/** Asks for a page, as the kubelet does. */
export async function probe(url: string): Promise<Probe> {
  try {
    const answer = await fetch(url);
    return { status: answer.status, text: await answer.text() };
  } catch (error) {
    if (error instanceof TypeError) return { status: 0, text: error.message };
    throw error;
  }
}
