import { lstat, readFile, rename } from 'node:fs/promises'
import { z } from 'zod'
import { ROLES } from '../swarm/role.ts'
import { writeFileAtomic } from './atomic-file.ts'
import { codeOf } from './disk-error.ts'

const FORMAT = 'swarmgrad/peers/1'
/** Of all swarms that a folder has been used for. */
export const MAX_PEERS = 1000
/** Of one peer. */
export const MAX_ADDRESSES = 4
/** A full book is below 1 MB. */
const MAX_BYTES = 2 << 20
const PRIVATE = 0o600

const knownPeerSchema = z.strictObject({
  /** A libp2p peer id, base58. */
  name: z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{32,70}$/),
  /** First 16 hexadecimal digits of the hash of its swarm's manifest. */
  swarm: z.string().regex(/^[0-9a-f]{16}$/),
  role: z.enum(ROLES),
  /** Multiaddrs, with or without /p2p/. */
  addresses: z.array(z.string().regex(/^\/[!-~]{1,199}$/)).max(MAX_ADDRESSES),
  /** When it last spoke, milliseconds since 1970. */
  seen: z.int().min(0)
})

export type KnownPeer = z.output<typeof knownPeerSchema>

export const isKnownPeer = (peer: unknown): peer is KnownPeer =>
  knownPeerSchema.safeParse(peer).success

const bookSchema = z.strictObject({
  format: z.literal(FORMAT),
  peers: z.array(z.unknown()).max(MAX_PEERS)
})

interface Read {
  readonly peers: readonly KnownPeer[]
  /** What is wrong with the file; null: nothing. */
  readonly damage: string | null
}

/** What can be made of the text; never throws. */
const parse = (text: string): Read => {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    return { peers: [], damage: 'is no JSON' }
  }
  const book = bookSchema.safeParse(document)
  if (!book.success) return { peers: [], damage: `is no ${FORMAT} of at most ${MAX_PEERS} peers` }
  const peers = book.data.peers.filter(isKnownPeer)
  const wrong = book.data.peers.length - peers.length
  return { peers, damage: wrong === 0 ? null : `has ${wrong} entries that no peer has written` }
}

/** @throws what the file system says */
const read = async (path: string): Promise<Read> => {
  // Asked before it is opened: opening a pipe would wait for its writer.
  const info = await lstat(path)
  if (!info.isFile()) return { peers: [], damage: 'is no file' }
  if (info.size > MAX_BYTES) return { peers: [], damage: `has more than ${MAX_BYTES} bytes` }
  return parse(await readFile(path, 'utf8'))
}

const setAside = async (path: string): Promise<string> => {
  const aside = `${path}.damaged`
  try {
    await rename(path, aside)
    return `it was set aside as ${aside}`
  } catch (error) {
    return `it could not be set aside (${codeOf(error)})`
  }
}

/** Never throws: a book that cannot be read is an empty one. `notice`: what the operator should read. */
export const readPeerBook = async (
  path: string
): Promise<{ readonly peers: readonly KnownPeer[]; readonly notice: string | null }> => {
  try {
    const { peers, damage } = await read(path)
    if (damage === null) return { peers, notice: null }
    const rest = `${peers.length} peers of it are known`
    return { peers, notice: `${path} ${damage}: ${rest}; ${await setAside(path)}` }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { peers: [], notice: null }
    const what = `cannot be read (${codeOf(error)})`
    return { peers: [], notice: `${path} ${what}: peers of earlier days are not looked for` }
  }
}

/** @throws what the file system says */
export const writePeerBook = async (path: string, peers: readonly KnownPeer[]): Promise<void> => {
  // One peer in a line: people read it, too.
  const lines = peers.map((peer) => `\n  ${JSON.stringify(peer)}`)
  await writeFileAtomic(path, `{"format":"${FORMAT}","peers":[${lines}\n]}\n`, PRIVATE)
}
