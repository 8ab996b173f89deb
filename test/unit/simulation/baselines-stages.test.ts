import test from 'ava'
import { Stages } from '../../../src/simulation/baselines/stages.ts'

test('should show baselines that train together one after the other', (t) => {
  const shown: Array<[string, number]> = []
  const stages = new Stages(['all-reduce', 'centralised', 'alone'], (stage, done) =>
    shown.push([stage, done])
  )
  stages.report('alone', 0.25)
  stages.report('all-reduce', 0.5)
  stages.report('centralised', 1)
  stages.report('alone', 0.75)
  stages.report('all-reduce', 1)
  stages.report('alone', 1)
  t.deepEqual(shown, [
    ['all-reduce', 0.5],
    ['all-reduce', 1],
    ['centralised', 1],
    ['alone', 0.75],
    ['alone', 1]
  ])
})
