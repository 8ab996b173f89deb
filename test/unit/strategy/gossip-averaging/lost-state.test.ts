/** A peer's process dies and another begins behind the same name: lost state means a new edge. */
import test from 'ava'
import { settle } from './ledger.ts'
import { Pair, SCHEDULES } from './pair.ts'

const STEPS = 56

/** Edges that the life of `b` that is about to end has exchanged on. */
const edgesOf = (pair: Pair): Set<string> =>
  new Set(pair.ends.b.said.flatMap((said) => (said.kind === 'exchange' ? [said.id] : [])))

for (const [name, schedule] of Object.entries(SCHEDULES)) {
  test(`should begin a new edge with a peer that has lost its state: ${name}`, (t) => {
    let cut = 0
    for (let at = 0; at < STEPS; at++) {
      const pair = new Pair(schedule, 1)
      pair.start()
      pair.until(() => false, at)
      const edges = edgesOf(pair)
      pair.replace('b')
      t.is(settle(pair, edges), null, `b died after step ${at}`)
      for (const id of edges) {
        t.false(
          pair.ends.b.mixes.some((mix) => mix.id === id),
          'the new life mixes the old edge'
        )
        // An edge that `a` had not opened yet has no copies to forget.
        const opened = pair.ends.a.said.some((said) => said.kind === 'exchange' && said.id === id)
        t.true(!opened || pair.ends.a.forgotten.includes(id), `a keeps the copies of edge ${id}`)
      }
      cut += edges.size
    }
    t.true(cut > 20, `only ${cut} edges lost an end`)
  })
}

test('should begin a new edge though the peer dies in every life, between breaks', (t) => {
  for (let seed = 0; seed < 300; seed++) {
    const pair = new Pair(SCHEDULES['even']!, seed)
    pair.start()
    const edges = new Set<string>()
    for (let life = 0; life < 4; life++) {
      pair.until(() => false, 7 + ((seed + 11 * life) % 40))
      if (life === 2) pair.break()
      for (const id of edgesOf(pair)) edges.add(id)
      pair.replace('b')
    }
    t.is(settle(pair, edges), null, `seed ${seed}`)
  }
})
