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
      return mapping === 'one' ? 'behind a NAT, holes can be punched' : 'behind a symmetric NAT'
    }
    case 'unknown':
      return 'whether strangers can dial it is not known'
  }
}

/** How many neighbours are reached in which way: "2 direct, 1 relayed". */
export const waysWords = ({ members }: Pick<PeerStatus, 'members'>): string => {
  const linked = members.filter(({ link }) => link === 'up')
  const kinds = PATH_KINDS.flatMap((kind) => {
    const count = linked.filter(({ path }) => path?.kind === kind).length
    return count === 0 ? [] : [`${count} ${kind}`]
  })
  return kinds.length === 0 ? 'none' : kinds.join(', ')
}

/** How others can reach this peer, as a sentence without its full stop. */
export const reachWords = ({ reach }: Pick<PeerStatus, 'reach'>): string => {
  const { relays, relaying } = reach
  const through = relays.length === 0 ? '' : `, reached through ${counted(relays.length, 'relay')}`
  const others = relaying.peers === 0 ? '' : `; relays for ${counted(relaying.peers, 'peer')}`
  return `${verdictWords(reach)}${through}${others}`
}
