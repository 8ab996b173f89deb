import test from 'ava'
import { refusalProblem, refusalText } from '../../../src/network/door/words.ts'
import { REFUSALS } from '../../../src/swarm/admission.ts'

test('should have a sentence and a remedy for every refusal, at either end', (t) => {
  const all = REFUSALS.flatMap((why) =>
    (['self', 'other'] as const).map((by) => refusalProblem('12D3KooWpeer', why, by))
  )
  for (const { path, rule, remedy } of all) {
    t.is(path, '12D3KooWpeer')
    for (const text of [rule, remedy]) t.regex(text, /^[a-z].{8,}[^.]$/)
  }
})

test('should name the program that is newer, and say who has to be updated', (t) => {
  const text = (versions: [number, number]) =>
    refusalText('p', 'version', 'self', { versions, program: 'swarmgrad 3.1.4' })
  t.is(
    text([2, 5]),
    'p: speaks version 5 of the protocol (swarmgrad 3.1.4), this peer 1 (update swarmgrad here)'
  )
  t.regex(text([0, 0]), /that peer has to be updated/)
})
