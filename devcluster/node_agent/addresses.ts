/** Addresses of one agent's pods on the loopback interface, on which every machine of 127.0.0.0/8 is this one. */
export function podAddresses(random: () => number): () => string {
  // Agents of other processes have another network, most likely; ports are the pods' own.
  const [second, third] = [1 + Math.floor(random() * 254), Math.floor(random() * 256)];
  let last = 0;
  return () => {
    last = last % 254 + 1;
    return `127.${second}.${third}.${last}`;
  };
}
