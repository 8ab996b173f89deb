import test from 'ava'
import { SoloPeer } from '../../../helpers/solo-peer.ts'
import { tinyStrategy, tinyTrainer } from './tiny.ts'

const PLANNED = 4
const ROUNDS = 10

test('one of four planned peers should need four times the rounds, and say how far the run is', (t) => {
  const peer = new SoloPeer(tinyStrategy(PLANNED, ROUNDS), tinyTrainer(0))
  peer.run()
  // Every round sees the same number of rows.
  const rounds = PLANNED * ROUNDS
  t.deepEqual(
    peer.effects.flatMap((effect) => (effect.type === 'round-began' ? [effect.done] : [])),
    Array.from({ length: rounds }, (_, round) => round / rounds)
  )
})
