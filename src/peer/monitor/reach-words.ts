import { PATH_KINDS } from '../../network/path.ts'
import type { PeerStatus } from './status.ts'
import { counted } from './words.ts'

const verdictWords = ({ verdict, mapping }: PeerStatus['reach']): string => {
  switch (verdict) {
    case 'public':
      return 'strangers can dial it'
    case 'outbound':
      return 'it listens nowhere, and calls others'
    case 'private': {
      if (mapping === null) return 'strangers cannot dial it'
      const holes =
        mapping === 'one' ? 'holes can be punched' : 'symmetric, holes cannot be punched'
      return `behind a NAT (${holes})`
    }
    case 'unknown':
      return 'whether strangers can dial it is not known'
  }
}

/** How others reach this peer, and how it reaches its neighbours, as a sentence without its full stop. */
export const reachWords = ({ reach, members }: Pick<PeerStatus, 'reach' | 'members'>): string => {
  const linked = members.filter(({ link }) => link === 'up')
  const kinds = PATH_KINDS.flatMap((kind) => {
    const count = linked.filter(({ path }) => path?.kind === kind).length
    return count === 0 ? [] : [`${count} ${kind}`]
  })
  const neighbours = kinds.length === 0 ? '' : `; neighbours: ${kinds.join(', ')}`
  const { relays, relaying } = reach
  const through = relays.length === 0 ? '' : `, reached through ${counted(relays.length, 'relay')}`
  const others = relaying.peers === 0 ? '' : `; relays for ${counted(relaying.peers, 'peer')}`
  return `${verdictWords(reach)}${through}${neighbours}${others}`
}
