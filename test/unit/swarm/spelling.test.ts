import test from 'ava'
import { choice, nearest } from '../../../src/swarm/spelling.ts'

const KNOWN = ['learningRate', 'localSteps', 'steps', 'batch', 'clip', 'ring']

const MEANT: readonly (readonly [string, string | null])[] = [
  ['leraningRate', 'learningRate'],
  ['learningrate', 'learningRate'],
  ['learning_rate', 'learningRate'],
  ['learn', 'learningRate'],
  ['step', 'steps'],
  ['bathc', 'batch'],
  ['rnig', 'ring'],
  ['momentum', null],
  ['x', null],
  ['', null],
  ['s'.repeat(100_000), null]
]

for (const [word, meant] of MEANT) {
  test(`should find ${meant ?? 'nothing'} for '${word.slice(0, 20)}'`, (t) => {
    t.is(nearest(word, KNOWN), meant)
  })
}

test('should say what was meant, or else what there is', (t) => {
  t.is(choice('rnig', ['ring', 'torus']), 'did you mean ring? (it takes ring, torus)')
  t.is(choice('star', ['ring', 'torus']), 'give one of: ring, torus')
  t.is(choice('alon', ['alone']), 'did you mean alone?')
  t.is(choice('other', ['alone']), 'give alone, the only one')
})
