import { createHash } from 'node:crypto'
import test from 'ava'
import { Comparisons, shareOf } from '../../../../src/strategy/delta-set/comparisons.ts'
import { HeldDeltas } from '../../../../src/strategy/delta-set/held-deltas.ts'
import type { DeltaKinds } from '../../../../src/strategy/delta-set/kinds.ts'
import { Stage } from '../../../../src/strategy/stage.ts'
import { Author } from './author.ts'
import { heldOf } from './held.ts'

const HASH = 'ab'.repeat(32)

/** In the order of the names: name and number with a byte of length each, and the digest. */
const cutOf = (authors: readonly Author[]): Buffer =>
  createHash('sha256')
    .update(
      Buffer.concat(
        [...authors]
          .sort((a, b) => (a.name < b.name ? -1 : 1))
          .map((author) => {
            const { length } = author.deltas
            const name = Buffer.from(author.name)
            return Buffer.from([name.length, ...name, length, ...author.digest(length)])
          })
      )
    )
    .digest()

const scene = (parameters: number) => {
  const stage = new Stage<DeltaKinds>()
  const held = new HeldDeltas(1 << 20)
  return { stage, held, comparisons: new Comparisons({ stage, held, parameters }) }
}

test('should hash one cut in four of a small model, and fewer of a large one', (t) => {
  t.deepEqual([1, 200_000, 200_001, 1_000_000].map(shareOf), [4, 4, 5, 20])
})

test('should hash at the cuts that the rule names, whatever the order in which deltas came', (t) => {
  const authors = ['b', 'a'].map((name) => new Author(name))
  const scenes = [scene(10), scene(10)]
  const told = scenes.map((): string[] => [])
  const expected: string[] = []
  for (let round = 0; round < 60; round++) {
    const deltas = authors.map((author) => heldOf(author.signMany(1)).at(-1)!)
    const cut = cutOf(authors)
    if (cut.readUInt32BE() % 4 === 0) expected.push(cut.toString('hex').slice(0, 16))
    for (const [i, { held, stage, comparisons }] of scenes.entries()) {
      for (const delta of i === 0 ? deltas : deltas.toReversed()) held.add(delta)
      comparisons.consider()
      // A second time at one cut there is nothing new.
      comparisons.consider()
      for (const effect of stage.take()) {
        t.deepEqual(effect, { type: 'compute', job: { kind: 'hash' } })
        comparisons.hashed(HASH)
      }
      for (const effect of stage.take()) {
        t.like(effect, { type: 'replica', hash: HASH.slice(0, 16) })
        if (effect.type === 'replica') told[i]!.push(effect.cut)
      }
      comparisons.consider()
      t.deepEqual(stage.take(), [])
    }
  }
  t.true(expected.length > 5)
  t.deepEqual(told, [expected, expected])
})

test('should not spend more than a hundredth of the time on hashes', (t) => {
  const author = new Author('a')
  const { stage, held, comparisons } = scene(10)
  const asked: number[] = []
  for (stage.now = 0; stage.now < 10_000; stage.now += 10) {
    held.add(heldOf(author.signMany(1)).at(-1)!)
    comparisons.consider()
    if (stage.take().length === 0) continue
    asked.push(stage.now)
    // It takes 20 ms; meanwhile no other is asked for.
    stage.now += 10
    held.add(heldOf(author.signMany(1)).at(-1)!)
    comparisons.consider()
    stage.now += 10
    comparisons.hashed(HASH)
    t.is(stage.take().length, 1)
  }
  t.true(asked.length >= 4, `${asked}`)
  for (const [i, at] of asked.slice(1).entries()) t.true(at - asked[i]! >= 2020)
})
