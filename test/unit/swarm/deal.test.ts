import { createHash } from 'node:crypto'
import test from 'ava'
import { partsOf } from '../../../src/swarm/deal.ts'

const namesOf = (count: number, seed = 0): string[] =>
  Array.from({ length: count }, (_, i) => `peer-${seed}-${i}`)

const dealOf = (names: readonly string[], parts: number, epoch: number) =>
  new Map(names.map((name) => [name, partsOf(name, names, parts, epoch)]))

const fmix32 = (word: bigint): bigint => {
  const mask = 0xffffffffn
  let x = word & mask
  x = ((x ^ (x >> 16n)) * 0x85ebca6bn) & mask
  x = ((x ^ (x >> 13n)) * 0xc2b2ae35n) & mask
  return (x ^ (x >> 16n)) & mask
}

/** docs/protocol.md word by word, with big integers: rooms of floor, then of one more. */
const bruteForce = (names: readonly string[], parts: number, epoch: number): readonly string[] => {
  const sorted = [...names].sort()
  const number = Buffer.alloc(8)
  number.writeBigUInt64BE(BigInt(epoch))
  const memberWord = new Map(
    sorted.map((name) => {
      const hash = createHash('sha256').update('swarmgrad/deal/1').update(number).update(name)
      return [name, BigInt(hash.digest().readUInt32BE())]
    })
  )
  const score = (part: number, name: string): bigint =>
    fmix32(fmix32(BigInt(part + 1) * 0x9e3779b1n) ^ memberWord.get(name)!)
  const owner = new Array<string>(parts)
  const room = (of: number) => {
    const left = new Map(sorted.map((name) => [name, of]))
    for (;;) {
      const open = [...owner.keys()].filter((part) => owner[part] === undefined)
      const able = sorted.filter((name) => left.get(name)! > 0)
      if (open.length === 0 || able.length === 0) return
      const bids = new Map<string, number[]>()
      for (const part of open) {
        const best = able.reduce((a, b) => (score(part, b) > score(part, a) ? b : a))
        bids.set(best, [...(bids.get(best) ?? []), part])
      }
      for (const [name, wanted] of bids) {
        wanted.sort((a, b) => Number(score(b, name) - score(a, name)) || a - b)
        for (const part of wanted.slice(0, left.get(name))) {
          owner[part] = name
          left.set(name, left.get(name)! - 1)
        }
      }
    }
  }
  room(Math.floor(parts / names.length))
  room(1)
  return owner
}

test('every part should have exactly one owner, and members equally many to within one', (t) => {
  for (const [count, parts] of [
    [1, 7],
    [2, 7],
    [3, 12],
    [12, 12],
    [11, 12],
    [12, 256],
    [100, 256],
    [30, 1000]
  ] as const) {
    for (let epoch = 0; epoch < 3; epoch++) {
      const deal = dealOf(namesOf(count, epoch), parts, epoch)
      const all = [...deal.values()].flat().sort((a, b) => a - b)
      t.deepEqual(
        all,
        Array.from({ length: parts }, (_, part) => part),
        `${count} ${parts} ${epoch}`
      )
      for (const own of deal.values()) {
        t.true(own.length >= Math.floor(parts / count) && own.length <= Math.ceil(parts / count))
      }
    }
  }
})

test('with more members than parts each should have one, and parts be held equally often', (t) => {
  for (const [count, parts] of [
    [13, 12],
    [20, 12],
    [100, 12],
    [5, 1]
  ] as const) {
    const deal = dealOf(namesOf(count), parts, 3)
    const held = new Int32Array(parts)
    for (const own of deal.values()) {
      t.is(own.length, 1)
      held[own[0]!]!++
    }
    t.true(Math.min(...held) >= Math.floor(count / parts))
    t.true(Math.max(...held) <= Math.ceil(count / parts))
  }
})

test('the deal should be that of the protocol page', (t) => {
  for (const [count, parts] of [
    [2, 5],
    [7, 31],
    [16, 16]
  ] as const) {
    const names = namesOf(count)
    const owners = bruteForce(names, parts, 2 ** 33 + 1)
    const deal = dealOf(names, parts, 2 ** 33 + 1)
    for (const [name, own] of deal) {
      t.deepEqual(
        own,
        [...owners.keys()].filter((part) => owners[part] === name),
        name
      )
    }
  }
})

test('names in any order, twice, or without the own one should give the same deal', (t) => {
  const names = namesOf(9)
  const own = names[4]!
  const expected = partsOf(own, names, 40, 1)
  t.deepEqual(partsOf(own, names.toReversed(), 40, 1), expected)
  t.deepEqual(partsOf(own, [...names, ...names], 40, 1), expected)
  t.deepEqual(
    partsOf(
      own,
      names.filter((name) => name !== own),
      40,
      1
    ),
    expected
  )
})

/** Parts that `names` without `left` have and did not have before, or the other way round. */
const moved = (names: readonly string[], left: string, parts: number, epoch: number): number => {
  const before = dealOf(names, parts, epoch)
  const rest = names.filter((name) => name !== left)
  const after = dealOf(rest, parts, epoch)
  return rest.reduce((sum, name) => {
    const had = new Set(before.get(name))
    return sum + after.get(name)!.filter((part) => !had.has(part)).length
  }, 0)
}

test('when one leaves, or comes, few parts should move beside its own', (t) => {
  const figures: string[] = []
  for (const [count, parts] of [
    [8, 16],
    [16, 16],
    [12, 64],
    [12, 256],
    [30, 1000]
  ] as const) {
    const runs = parts > 100 ? 5 : 40
    let all = 0
    for (let run = 0; run < runs; run++) {
      const names = namesOf(count, run)
      all += moved(names, names[run % count]!, parts, run)
    }
    // A fresh deal among the rest would move nearly all of the parts, and no deal fewer than its own.
    const mean = all / runs
    const least = parts / count
    figures.push(`${parts} parts, ${count} members: ${(mean / least).toFixed(2)}`)
    t.true(mean >= Math.floor(least) && mean < 3 * least, figures.at(-1))
  }
  t.log(figures.join('; '))
})

test('every epoch should deal anew: in time every member has every part', (t) => {
  const names = namesOf(6)
  const epochs = 200
  const parts = 24
  const counts = new Int32Array(parts)
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const part of partsOf(names[2]!, names, parts, epoch)) counts[part]!++
  }
  // Each of the 24 counts is binomial(200, 1/6), whose deviation is 5.3: chi-square with 23 degrees of
  // freedom is below 49.7 with probability 0.999.
  const mean = epochs / names.length
  const variance = mean * (1 - 1 / names.length)
  const chiSquare = counts.reduce((sum, count) => sum + (count - mean) ** 2 / variance, 0)
  t.true(chiSquare < 49.7, `${chiSquare}`)
  t.true(chiSquare > 7.5, 'not too even to be drawn')
})
