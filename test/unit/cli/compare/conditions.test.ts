import test from 'ava'
import { conditionsOf } from '../../../../src/cli/compare/conditions.ts'
import { overridden } from '../../../../src/cli/scenario-file.ts'
import { parseScenario, type Scenario } from '../../../../src/simulation/scenario.ts'
import { DOCUMENT, scenarioWith } from './scenario.ts'

const USUAL = { peers: null, quick: false } as const

const under = (fields: object, id: string): Scenario => {
  const scenario = scenarioWith(fields)
  const found = conditionsOf(scenario, USUAL).find((one) => one.id === id)!
  return parseScenario(overridden({ ...DOCUMENT, ...fields }, found.overrides).document)
}

const ids = (scenario: Scenario, wanted: Parameters<typeof conditionsOf>[1] = USUAL): string[] =>
  conditionsOf(scenario, wanted).map(({ id }) => id)

test('should run the scenario as it is, with half and twice the peers, with loss and with churn', (t) => {
  t.deepEqual(ids(scenarioWith()), ['asked', 'peers-4', 'peers-16', 'loss', 'churn'])
  t.deepEqual(ids(scenarioWith(), { peers: null, quick: true }), ['asked'])
  t.deepEqual(ids(scenarioWith(), { peers: [12, 8, 6, 12], quick: true }), [
    'asked',
    'peers-6',
    'peers-12'
  ])
})

test('should change nothing but the number of peers, and a degree that so many cannot have', (t) => {
  t.deepEqual(under({}, 'peers-16'), { ...scenarioWith(), peers: 16 })
  const three = under({ peers: 6 }, 'peers-3')
  t.deepEqual(three.topology, { name: 'random-regular', degree: 2, lifetime: null })
  t.is(three.peers, 3)
})

test('should let faults befall only peers that there still are', (t) => {
  const faults = [
    { kind: 'crash', peers: [1, 7], atMs: 100 },
    { kind: 'leave', peers: [5], atMs: 100 },
    {
      kind: 'partition',
      groups: [
        [0, 1],
        [6, 7]
      ],
      fromMs: 5
    }
  ]
  const left = under({ faults }, 'peers-4').faults
  t.deepEqual(
    left.map((fault) => (fault.kind === 'partition' ? fault.groups : fault.peers)),
    [[1], [[0, 1]]]
  )
})

test('should lose one frame in a hundred beside those that the links lose', (t) => {
  t.is(under({}, 'loss').network.loss, 0.01)
  const network = {
    classes: [
      { name: 'mobile', share: 1 },
      { name: 'bad', share: 1, loss: 0.495 }
    ]
  }
  const lossy = under({ network }, 'loss').network
  t.deepEqual(
    lossy.classes.map(({ loss }) => loss),
    [0.012, 0.5]
  )
  t.is(lossy.classes[0]!.jitterMs, 15)
})

test('should draw goings for all peers, by the time that computing takes', (t) => {
  const faults = [
    { kind: 'join', peers: [3], atMs: 50 },
    { kind: 'crash', peers: [1], atMs: 100 }
  ]
  const [join, churn] = under(
    { faults, stepMs: { distribution: 'uniform', from: 2, to: 8 } },
    'churn'
  ).faults
  t.is(join!.kind, 'join')
  t.like(churn, { kind: 'churn', peers: null, meanUpMs: 1600, meanAwayMs: 100 })
})

test('should inject nothing into live runs', (t) => {
  t.deepEqual(ids(scenarioWith({ mode: 'live', peers: 40 })), ['asked', 'peers-20'])
})
