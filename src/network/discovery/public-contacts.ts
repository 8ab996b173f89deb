/** Through whom IPFS's DHT is entered: its own bootstrap list (docs.ipfs.tech, "Modify the bootstrap list"). */
export const PUBLIC_CONTACTS: readonly string[] = [
  'QmNnooDu7bfjPFoTZYxMNLWUQJyrVwtbZg5gBMjTezGAJN',
  'QmbLHAnMoJPWSCR5Zhtx6BHJX9KiKNN6tpvbUcqanj75Nb',
  'QmcZf59bWwK5XFi76CZX8cbJ4BhTzzA3gU1ZjYZcYW3dwt'
].map((peer) => `/dnsaddr/bootstrap.libp2p.io/p2p/${peer}`)
