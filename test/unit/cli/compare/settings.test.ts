import test from 'ava'
import { entrantsOf } from '../../../../src/cli/compare/entrants.ts'
import { settingsOf, tuningOverrides } from '../../../../src/cli/compare/settings.ts'
import { overridden } from '../../../../src/cli/scenario-file.ts'
import { parseScenario, recipeOfScenario } from '../../../../src/simulation/scenario.ts'
import { STRATEGIES } from '../../../../src/strategy/registry.ts'
import { DOCUMENT, scenarioWith } from './scenario.ts'

const NAMES = Object.keys(STRATEGIES)

for (const name of NAMES) {
  test(`should have forms of ${name} to try, few and told apart`, (t) => {
    const variants = STRATEGIES[name]!.variants(recipeOfScenario(scenarioWith()))
    t.true(variants.length >= 1 && variants.length <= 4)
    t.is(new Set(variants.map(({ label }) => label)).size, variants.length)
  })

  test(`should be able to run every form of ${name} on an ordinary scenario`, (t) => {
    const scenario = scenarioWith()
    for (const setting of settingsOf(scenario, name)) {
      const { document, problems } = overridden(DOCUMENT, [
        ...setting.overrides,
        ...tuningOverrides(scenario, setting)
      ])
      t.deepEqual(problems, [])
      const parsed = parseScenario(document)
      t.is(parsed.strategy.name, name)
      t.is(parsed.data.validation, 0.1)
      t.is(parsed.training.learningRate, 0.1 * setting.factor)
    }
  })
}

const entrants = (fields: object, strategies = NAMES) => {
  const document = { ...DOCUMENT, ...fields }
  const scenario = parseScenario(document)
  return entrantsOf({ document, scenario, strategies, conditions: [] })
}

test("should try the scenario's own form first, with all of its options, at every rate", (t) => {
  const [first] = entrants({}, ['gossip-averaging']).entrants
  const own = first!.settings.filter(({ label }) => label === 'as in the scenario')
  t.deepEqual(
    own.map(({ factor }) => factor),
    [0.5, 1, 2]
  )
  t.is(first!.settings[0], own[0])
  const { document } = overridden(DOCUMENT, own[1]!.overrides)
  const { strategy, compression, training } = parseScenario(document)
  t.like(strategy, { name: 'gossip-averaging', gamma: 0.5 })
  t.deepEqual(compression, { name: 'int8' })
  t.is(training.learningRate, 0.1)
})

test("should not try a form twice where it is the scenario's own", (t) => {
  const [usual] = STRATEGIES['gossip-averaging']!.variants(recipeOfScenario(scenarioWith()))
  const strategy = { name: 'gossip-averaging', ...usual!.options }
  const [first] = entrants({ strategy, compression: usual!.compression }, [
    'gossip-averaging'
  ]).entrants
  t.false(first!.settings.some(({ label }) => label === 'as in the scenario'))
  t.is(first!.settings[0]!.label, usual!.label)
})

test('should evaluate at the same samples, however long the rounds are', (t) => {
  const scenario = scenarioWith({ evaluateEvery: 4 })
  for (const name of NAMES) {
    for (const { localSteps, overrides } of settingsOf(scenario, name)) {
      const { document } = overridden(DOCUMENT, overrides)
      t.is(parseScenario(document).evaluateEvery, Math.max(1, Math.round(32 / localSteps)))
    }
  }
})

test('should try the rates that the scenario tunes by, and the usual ones where it tunes nothing', (t) => {
  const factorsOf = (tuning: object | null): readonly number[] => [
    ...new Set(
      entrants({ tuning }).entrants.flatMap(({ settings }) => settings.map(({ factor }) => factor))
    )
  ]
  t.deepEqual(factorsOf({ factors: [1] }), [1])
  t.deepEqual(factorsOf(null), [0.5, 1, 2])
})

test('should leave out what cannot run the scenario, and say why', (t) => {
  const peers = 2
  const document = {
    ...DOCUMENT,
    peers,
    topology: { name: 'torus' },
    strategy: { name: 'delta-set' },
    compression: undefined
  }
  const scenario = parseScenario(document)
  const found = entrantsOf({
    document,
    scenario,
    strategies: ['delta-set'],
    conditions: [
      { kind: 'asked', id: 'asked', peers, text: 'as asked', label: 'as asked', overrides: [] },
      {
        kind: 'peers',
        id: 'peers-7',
        peers: 7,
        text: '7 peers',
        label: '7 peers',
        overrides: ['peers=7']
      }
    ]
  })
  t.deepEqual(
    found.entrants.map(({ conditions }) => conditions.map(({ id }) => id)),
    [['asked']]
  )
  const [left] = found.leftOut
  t.like(left, { strategy: 'delta-set', condition: '7 peers' })
  t.regex(left!.reason, /^topology.name: 7 peers fill no grid/)
})

test('should leave the rows kept aside as the scenario has them', (t) => {
  const own = scenarioWith({ data: { name: 'glyphs', validation: 0.2 } })
  const [setting] = settingsOf(own, 'delta-set')
  const { document } = overridden({ ...DOCUMENT, data: own.data }, [
    ...setting!.overrides,
    ...tuningOverrides(own, setting!)
  ])
  const { data, evaluateEvery, mode } = parseScenario(document)
  t.is(data.validation, 0.2)
  t.is(evaluateEvery, 10)
  t.is(mode, 'virtual')
})
