/** Peer id -> multiaddrs, from multiaddrs that each end in /p2p/<peer id>. */
export const addressBook = (
  multiaddrs: readonly string[]
): ReadonlyMap<string, readonly string[]> => {
  const book = new Map<string, string[]>()
  for (const address of multiaddrs) {
    const peer = address.slice(address.lastIndexOf('/') + 1)
    const known = book.get(peer)
    if (known === undefined) book.set(peer, [address])
    else known.push(address)
  }
  return book
}
