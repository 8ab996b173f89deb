/** What is wrong with the options of the other decentralised baselines, and what they are without. */
import test from 'ava'
import { STRATEGIES } from '../../../src/strategy/registry.ts'
import { strategyProblems } from '../../../src/strategy/strategy-problems.ts'

const DEFAULTS = {
  'd-psgd': {
    weighting: 'uniform',
    deadline: { floorMs: 100, ceilingMs: 10_000 },
    startPatienceMs: 20_000
  },
  diloco: {
    outerRate: 0.7,
    outerMomentum: 0.9,
    weighting: 'uniform',
    staleness: 4,
    deadline: { floorMs: 1000, ceilingMs: 30_000 },
    startPatienceMs: 20_000,
    minorityPatienceMs: 60_000
  },
  sgp: {
    targets: 1,
    weighting: 'uniform',
    deadline: { floorMs: 100, ceilingMs: 10_000 },
    startPatienceMs: 20_000
  }
} as const

for (const [name, defaults] of Object.entries(DEFAULTS)) {
  test(`${name} should take the defaults that the docs name`, (t) => {
    t.deepEqual(STRATEGIES[name]!.options.parse({ name }), { name, ...defaults })
  })
}

const PROBLEMS: ReadonlyArray<readonly [string, Record<string, unknown>, string]> = [
  ['d-psgd', { gamma: 0.5 }, 'strategy.gamma'],
  ['d-psgd', { weighting: 'gain' }, 'strategy.weighting'],
  ['d-psgd', { deadline: { floorMs: 500, ceilingMs: 100 } }, 'strategy.deadline'],
  ['sgp', { targets: 0 }, 'strategy.targets'],
  ['sgp', { targets: 65 }, 'strategy.targets'],
  ['sgp', { weighting: 'rows' }, 'strategy.weighting'],
  ['sgp', { startPatienceMs: -1 }, 'strategy.startPatienceMs'],
  ['diloco', { outerRate: 0 }, 'strategy.outerRate'],
  ['diloco', { outerMomentum: 1 }, 'strategy.outerMomentum'],
  ['diloco', { staleness: 1.5 }, 'strategy.staleness'],
  ['diloco', { weighting: 'staleness' }, 'strategy.weighting'],
  ['diloco', { minorityPatienceMs: -1 }, 'strategy.minorityPatienceMs'],
  ['diloco', { deadline: { floorMs: 2, ceilingMs: 1 } }, 'strategy.deadline'],
  ['gossip-averaging', { weighting: 'gain' }, 'strategy.weighting'],
  ['ring-all-reduce', { weighting: 'gain' }, 'strategy.weighting'],
  ['ring-all-reduce', { weighting: 'staleness' }, 'strategy.weighting'],
  ['ring-all-reduce', { weighting: 'rows' }, 'strategy.weighting'],
  ['delta-set', { weighting: 'rows' }, 'strategy.weighting']
]

for (const [name, options, path] of PROBLEMS) {
  test(`${name} should point at what is wrong with ${JSON.stringify(options)}`, (t) => {
    const problems = strategyProblems({ name, ...options })
    t.deepEqual(
      problems.map((problem) => problem.path),
      [path]
    )
    for (const { rule, remedy } of problems) t.true(rule !== '' && remedy !== '', rule)
  })
}
