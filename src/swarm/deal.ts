/**
 * Who trains on which parts of a public dataset: every member works it out alone, from the names of those
 * that train and the epoch, and all who know the same names find the same.
 *
 * By highest random weight (Thaler and Ravishankar 1998) with bounded loads (Mirrokni et al. 2016): a
 * part goes to the member that scores highest for it, as far as that one has room. Without the bound
 * the deal would not be even: with as many parts as members, 37 % of them would have none. With it,
 * when a member leaves, its parts move, and of the others' about as many again.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'

const PURPOSE = utf8ToBytes('swarmgrad/deal/1')

/** MurmurHash3's finaliser, of 32 bits. */
const scramble = (word: number): number => {
  let x = word
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 0
}

/** First four bytes, big-endian, of SHA-256(purpose || epoch as u64 BE || name). */
const wordOf = (epoch: number, name: string): number => {
  const number = new DataView(new ArrayBuffer(8))
  number.setBigUint64(0, BigInt(epoch))
  const digest = sha256(concatBytes(PURPOSE, new Uint8Array(number.buffer), utf8ToBytes(name)))
  return new DataView(digest.buffer, digest.byteOffset).getUint32(0)
}

/** One of so many parts for good, whoever else there is: for models that every peer learns something else of. */
export const homeOf = (name: string, parts: number): number => wordOf(0, name) % parts

type Words = Uint32Array

const partWords = (parts: number): Words =>
  Uint32Array.from({ length: parts }, (_, part) => scramble(Math.imul(part + 1, 0x9e3779b1)))

/** The order between equal scores is that of the lists. */
const scoreOf = (a: number, b: number): number => scramble(a ^ b)

interface Bid {
  readonly item: number
  readonly score: number
}

/** Gives each open item to the holder that scores highest for it, of those with room; they keep the best. */
const bid = (
  items: Words,
  holders: Words,
  open: readonly number[],
  room: Int32Array
): ReadonlyMap<number, readonly Bid[]> => {
  const withRoom = Array.from(holders.keys()).filter((holder) => room[holder]! > 0)
  const bids = new Map<number, Bid[]>(withRoom.map((holder) => [holder, []]))
  for (const item of open) {
    let best = -1
    let score = -1
    for (const holder of withRoom) {
      const own = scoreOf(items[item]!, holders[holder]!)
      if (own > score) {
        score = own
        best = holder
      }
    }
    bids.get(best)?.push({ item, score })
  }
  for (const [holder, all] of bids) {
    all.sort((a, b) => b.score - a.score || a.item - b.item)
    all.length = Math.min(all.length, room[holder]!)
  }
  return bids
}

/** The holder of every item; none has more than one item more than another. */
const match = (items: Words, holders: Words): Int32Array => {
  const holderOf = new Int32Array(items.length).fill(-1)
  let open = Array.from(items.keys())
  const fill = (room: Int32Array): void => {
    while (open.length > 0 && room.some((left) => left > 0)) {
      for (const [holder, won] of bid(items, holders, open, room)) {
        for (const { item } of won) holderOf[item] = holder
        room[holder] = room[holder]! - won.length
      }
      open = open.filter((item) => holderOf[item] === -1)
    }
  }
  fill(new Int32Array(holders.length).fill(Math.floor(items.length / holders.length)))
  fill(new Int32Array(holders.length).fill(1))
  return holderOf
}

/**
 * The parts of `self`, of `parts` in all, ascending. `trainers`: all that train, in any order; `self`
 * need not be among them, and is taken to train.
 *
 * Every part has exactly one owner, and members have equally many to within one. Where there are more
 * members than parts every member has exactly one, and parts have equally many members to within one.
 */
export const partsOf = (
  self: string,
  trainers: Iterable<string>,
  parts: number,
  epoch: number
): readonly number[] => {
  const names = [...new Set([...trainers, self])].sort()
  const own = names.indexOf(self)
  if (names.length === 1) return Array.from({ length: parts }, (_, part) => part)
  const members = Uint32Array.from(names, (name) => wordOf(epoch, name))
  const words = partWords(parts)
  if (names.length > parts) return [match(members, words)[own]!]
  return [...match(words, members).entries()]
    .filter(([, holder]) => holder === own)
    .map(([part]) => part)
}
