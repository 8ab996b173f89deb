/** What a scenario's fields must be to each other, and what is filled in. */
import test from 'ava'
import { InvalidInputError } from '../../../src/errors.ts'
import { parseScenario } from '../../../src/simulation/scenario.ts'

const scenarioWith = (overrides: Record<string, unknown> = {}) => ({
  name: 'one',
  peers: 8,
  model: { name: 'mlp' },
  data: { name: 'glyphs' },
  training: { learningRate: 0.1, steps: 10 },
  strategy: { name: 'gossip-averaging' },
  topology: { name: 'ring' },
  ...overrides
})

const AVERAGING = { model: { name: 'averaging' }, data: { name: 'none' } }

const problemsOf = (overrides: Record<string, unknown>): string[] => {
  try {
    parseScenario(scenarioWith(overrides))
    return []
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error
    return error.problems.map(({ path, rule, remedy }) => `${path}: ${rule} (${remedy})`)
  }
}

const WRONG: Readonly<Record<string, readonly [Record<string, unknown>, string]>> = {
  'a synthetic model with data': [
    { model: { name: 'quadratic' } },
    'data.name: the model quadratic has no data (set data.name to none)'
  ],
  'a model of data without data': [
    { data: { name: 'none' } },
    'data.name: the model mlp needs data (choose a dataset of rows (docs/data.md), such as glyphs or mnist)'
  ],
  'a goal of a swarm that begins together': [
    { until: { distance: 0.1 } },
    'until: needs virtual time, and replicas that begin apart: the model averaging (remove it, or set model.name to averaging and run with --virtual)'
  ],
  'a goal in live mode': [
    { ...AVERAGING, mode: 'live', until: { distance: 0.1 } },
    'until: needs virtual time, and replicas that begin apart: the model averaging (remove it, or set model.name to averaging and run with --virtual)'
  ],
  'faults in live mode': [
    { mode: 'live', faults: [{ kind: 'crash', peers: [0], atMs: 5 }] },
    'faults: can be injected in virtual time only (run it with --virtual, or remove them)'
  ],
  'more live peers than processes': [
    { mode: 'live', peers: 65 },
    'peers: a live run starts one process for each peer, 64 at most, not 65 (give fewer peers, or run it in virtual time with --virtual)'
  ],
  'baselines of what trains nothing': [
    { ...AVERAGING, baselines: ['alone'] },
    'baselines: the model averaging trains nothing that could be compared (remove them)'
  ],
  'an address with a folder': [
    { data: { name: 'mnist', path: 'here', url: 'https://example.org/' } },
    'data.url: is where files are fetched from that data.path does not name (remove it, or data.path)'
  ],
  'an address of what is built in': [
    { data: { name: 'glyphs', url: 'https://example.org/' } },
    'data.url: is where files are fetched from that data.path does not name (remove it, or data.path)'
  ],
  'a folder of what is built in': [
    { data: { name: 'glyphs', path: 'here' } },
    'data.path: must be null for glyphs, which reads no files (remove it, or choose another dataset: data.name)'
  ],
  'latencies from above to': [
    { network: { latencyMs: { distribution: 'uniform', from: 30, to: 20 } } },
    'network.latencyMs.from: must not be above to (exchange the two)'
  ],
  'latencies of a class from above to': [
    {
      network: {
        classes: [
          { name: 'fibre', share: 1 },
          { name: 'far', share: 1, latencyMs: { distribution: 'uniform', from: 2, to: 1 } }
        ]
      }
    },
    'network.classes[1].latencyMs.from: must not be above to (exchange the two)'
  ],
  'a gain with nothing to measure it on': [
    { strategy: { name: 'diloco', weighting: 'gain' } },
    'data.validation: a weighting by gain is measured on rows that nobody trains on (give a share of the rows, such as 0.1, or choose another strategy.weighting)'
  ],
  'a rate of each peer where all have one': [
    { strategy: { name: 'diloco' }, training: { learningRate: 0.1, steps: 8, staleRate: true } },
    'training.staleRate: diloco has a rate that is the same for all its peers (remove it, or take one of d-psgd, gossip-averaging, sgp)'
  ],
  'a code for what is sent as it is': [
    { strategy: { name: 'sgp' }, compression: { name: 'int8' } },
    'compression: sgp sends what it averages as it is (remove it, or take gossip-averaging)'
  ],
  'replicas that begin apart and are not averaged': [
    {
      strategy: { name: 'diloco' },
      model: { name: 'averaging' },
      data: { name: 'none' }
    },
    'model.name: replicas that begin apart are not averaged by diloco, which has one for all (choose gossip-averaging, or another model)'
  ],
  'a budget for what cannot choose': [
    { strategy: { name: 'sgp' }, budget: { bytesPerRound: 1000 } },
    'budget: sgp has nothing that it could choose by a budget (remove it, or take delta-set)'
  ],
  'step times from above to': [
    { stepMs: { distribution: 'uniform', from: 2, to: 1 } },
    'stepMs.from: must not be above to (exchange the two)'
  ],
  'a fault of a peer that there is not': [
    { faults: [{ kind: 'crash', peers: [8], atMs: 5 }] },
    'faults[0].peers: names peer 8, and the peers are 0 to 7 (give numbers of peers that there are)'
  ]
}

for (const [name, [overrides, expected]] of Object.entries(WRONG)) {
  test(`should refuse ${name}`, (t) => {
    t.deepEqual(problemsOf(overrides), [expected])
  })
}

test('should find all that is wrong at once, whatever else is', (t) => {
  const found = problemsOf({
    peers: 8,
    stepMs: { distribution: 'uniform', from: 2, to: 1 },
    faults: [{ kind: 'crash', peers: [9], atMs: 5 }],
    network: { loss: 2 },
    colour: 'red'
  })
  t.deepEqual(found.map((line) => line.split(':')[0]).sort(), [
    'colour',
    'faults[0].peers',
    'network.loss',
    'stepMs.from'
  ])
})

const RIGHT: Readonly<Record<string, Record<string, unknown>>> = {
  'a quadratic without data': { model: { name: 'quadratic' }, data: { name: 'none' } },
  'a goal of averaging': { ...AVERAGING, until: { distance: 0.1 } },
  'a live swarm of 64': { mode: 'live', peers: 64 },
  'files from an address': { data: { name: 'mnist', url: 'https://example.org/' } },
  'equal ends of a distribution': { stepMs: { distribution: 'uniform', from: 2, to: 2 } }
}

for (const [name, overrides] of Object.entries(RIGHT)) {
  test(`should accept ${name}`, (t) => {
    t.deepEqual(problemsOf(overrides), [])
  })
}

const WRONG_FIELDS: ReadonlyArray<readonly [Record<string, unknown>, string]> = [
  [{ network: { duplicates: 0.6 } }, 'network.duplicates'],
  [{ network: { duplicates: -0.1 } }, 'network.duplicates'],
  [{ network: { delays: { probability: 0.1, ms: -1 } } }, 'network.delays.ms'],
  [{ network: { bandwidthMbps: { up: 0, down: 1 } } }, 'network.bandwidthMbps'],
  [{ network: { jitterMs: 60_001 } }, 'network.jitterMs'],
  [{ network: { classes: [{ name: 'home', share: 0 }] } }, 'network.classes[0].share'],
  [{ network: { classes: [{ share: 1 }] } }, 'network.classes[0].name'],
  [{ faults: [{ kind: 'crash', peers: [], atMs: 1 }] }, 'faults[0].peers'],
  [{ faults: [{ kind: 'crash', peers: [0.5], atMs: 1 }] }, 'faults[0].peers[0]'],
  [{ faults: [{ kind: 'crash', peers: [-1], atMs: 1 }] }, 'faults[0].peers[0]'],
  [{ faults: [{ kind: 'crash', peers: [0], atMs: -1 }] }, 'faults[0].atMs'],
  [{ faults: [{ kind: 'join', peers: [0], atMs: 1, returnMs: 2 }] }, 'faults[0].returnMs'],
  [{ faults: [{ kind: 'flood', peers: [0], atMs: 1 }] }, 'faults[0].kind'],
  [{ faults: [{ kind: 'churn', meanUpMs: 0, meanAwayMs: 1 }] }, 'faults[0].meanUpMs'],
  [{ faults: [{ kind: 'churn', meanUpMs: 1, meanAwayMs: 1, crashes: 2 }] }, 'faults[0].crashes']
]

for (const [overrides, path] of WRONG_FIELDS) {
  test(`should point at ${path} of ${JSON.stringify(overrides)}`, (t) => {
    const found = problemsOf(overrides)
    t.is(found.length, 1, found.join('; '))
    t.true(found[0]!.startsWith(`${path}`), found[0])
  })
}

const FIBRE = { latencyMs: 5, jitterMs: 0.5, bandwidthMbps: { up: 500, down: 500 }, loss: 0 }
const HOME = { latencyMs: 20, jitterMs: 3, bandwidthMbps: { up: 20, down: 100 }, loss: 0.0001 }
const MOBILE = { latencyMs: 50, jitterMs: 15, bandwidthMbps: { up: 8, down: 40 }, loss: 0.002 }

test('should fill in what a class of links leaves out, as docs/simulating.md says', (t) => {
  const classes = ['fibre', 'home', 'mobile'].map((name) => ({ name, share: 1 }))
  const { network } = parseScenario(scenarioWith({ network: { classes } }))
  t.deepEqual(network.classes, [
    { name: 'fibre', share: 1, ...FIBRE },
    { name: 'home', share: 1, ...HOME },
    { name: 'mobile', share: 1, ...MOBILE }
  ])
})

test('should keep what a class of links says itself', (t) => {
  const mine = { latencyMs: 1, jitterMs: 0, bandwidthMbps: 7, loss: 0 }
  const { network } = parseScenario(
    scenarioWith({ network: { classes: [{ name: 'mobile', share: 3, ...mine }] } })
  )
  t.deepEqual(network.classes, [{ name: 'mobile', share: 3, ...mine }])
})

test('should begin a class of any other name with the numbers of home', (t) => {
  // Also a name that every object has something under.
  for (const name of ['satellite', 'Home', 'constructor', 'toString', '__proto__']) {
    const { network } = parseScenario(scenarioWith({ network: { classes: [{ name, share: 2 }] } }))
    t.deepEqual(network.classes, [{ name, share: 2, ...HOME }], name)
  }
})
