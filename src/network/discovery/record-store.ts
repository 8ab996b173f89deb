import { NotFoundError } from '@libp2p/interface'
import type { Milliseconds, PeerName } from '../../strategy/strategy.ts'
import type { KadComponents } from './kad.ts'
import type { ProviderRecords } from './provider-records.ts'

type Datastore = KadComponents['datastore']
type Key = Parameters<Datastore['put']>[0]

/** Of a key: a multihash of 32 bytes is 55 characters of base32. */
const MAX_KEY = 64
const PROVIDER = /^(\/.*\/provider\/([a-z2-7]+))\/([1-9A-HJ-NP-Za-km-z]+)$/

/** kad-dht's names of provider records: /dht/provider/<multihash>/<peer>. */
const parse = (key: Key): { readonly key: string; readonly peer: PeerName } | null => {
  const [, path, hash = '', peer] = PROVIDER.exec(key.toString()) ?? []
  return path === undefined || peer === undefined || hash.length > MAX_KEY
    ? null
    : { key: path, peer }
}

/**
 * What kad-dht takes for a datastore: as much of one as it uses. Provider records only: a value that
 * somebody would have this peer keep is refused.
 */
export const recordStore = (
  records: ProviderRecords,
  rangeOfPeer: (peer: PeerName) => string,
  now: () => Milliseconds
): Datastore => {
  const store = {
    put: async (key: Key, value: Uint8Array): Promise<Key> => {
      const parsed = parse(key)
      if (parsed === null) throw new Error('nothing but providers of hashes is kept here')
      records.put({ ...parsed, value, range: rangeOfPeer(parsed.peer), at: now() })
      return key
    },
    get: async (): Promise<Uint8Array> => {
      throw new NotFoundError()
    },
    delete: async (key: Key): Promise<void> => {
      const parsed = parse(key)
      if (parsed !== null) records.delete(parsed.key, parsed.peer)
    },
    query: async function* ({ prefix = '' }: { readonly prefix?: string }) {
      for (const { key, peer, value } of records.of(prefix, now())) {
        yield { key: { toString: () => `${key}/${peer}` }, value }
      }
    }
  }
  return store as unknown as Datastore
}
