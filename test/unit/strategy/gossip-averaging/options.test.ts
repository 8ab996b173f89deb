import test from 'ava'
import { createGossipAveraging } from '../../../../src/strategy/gossip-averaging/index.ts'
import {
  defaultGamma,
  gossipOptionsSchema
} from '../../../../src/strategy/gossip-averaging/options.ts'
import { strategyProblems } from '../../../../src/strategy/strategy-problems.ts'
import { recipeWith } from '../../../helpers/recipe.ts'
import { averagingTrainers } from '../../../helpers/synthetic-trainers.ts'

test('should take the defaults that the docs name', (t) => {
  t.deepEqual(gossipOptionsSchema.parse({ name: 'gossip-averaging' }), {
    name: 'gossip-averaging',
    slowMomentum: 0,
    deadline: { floorMs: 100, ceilingMs: 10_000 },
    startPatienceMs: 20_000
  })
})

test('should make the consensus step of sparse codes twice the kept fraction', (t) => {
  t.is(defaultGamma({ name: 'none' }), 1)
  t.is(defaultGamma({ name: 'int8' }), 1)
  t.is(defaultGamma({ name: 'int4' }), 1)
  t.is(defaultGamma({ name: 'top-k+int4', fraction: 0.1 }), 0.2)
  t.is(defaultGamma({ name: 'top-k+int8', fraction: 0.01 }), 0.02)
  t.is(defaultGamma({ name: 'top-k+int4', fraction: 0.8 }), 1)
})

const name = 'gossip-averaging'
const PROBLEMS: ReadonlyArray<readonly [Record<string, unknown>, string[]]> = [
  [{ gamma: 0 }, ['strategy.gamma']],
  [{ gamma: 1.1 }, ['strategy.gamma']],
  [{ slowMomentum: 1 }, ['strategy.slowMomentum']],
  [{ slowMomentum: -0.1 }, ['strategy.slowMomentum']],
  [{ deadline: { floorMs: 500, ceilingMs: 100 } }, ['strategy.deadline']],
  [{ deadline: { floorMs: 0 } }, ['strategy.deadline.floorMs']],
  [{ startPatienceMs: -1 }, ['strategy.startPatienceMs']],
  [{ gama: 1 }, ['strategy.gama']],
  [{ gamma: 0, slowMomentum: 1 }, ['strategy.gamma', 'strategy.slowMomentum']]
]

for (const [options, paths] of PROBLEMS) {
  test(`should point at what is wrong with ${JSON.stringify(options)}`, (t) => {
    const problems = strategyProblems({ name, ...options })
    t.deepEqual(
      problems.map(({ path }) => path),
      paths
    )
    for (const { rule, remedy } of problems) t.true(rule !== '' && remedy !== '', rule)
  })
}

test('should name the strategies there are when it does not know one', (t) => {
  for (const unknown of ['fedavg', 'toString', '__proto__']) {
    const [problem, ...others] = strategyProblems({ name: unknown })
    t.is(problem?.path, 'strategy.name')
    t.true(problem?.remedy.includes(name))
    t.is(others.length, 0)
  }
  t.deepEqual(strategyProblems({ name }), [])
})

test('should split the steps into rounds, the last one with what is left', (t) => {
  const [trainer] = averagingTrainers(1, 10, 1)
  const training = { learningRate: 0.1, localSteps: 8, steps: 20 }
  const strategy = createGossipAveraging(recipeWith({ training }), trainer!.layout, {
    diagnostics: false
  })
  const protocol = strategy.protocol({
    self: 'a',
    random: {
      next: () => 0,
      integer: () => 0,
      normal: () => 0,
      fork: () => never(),
      save: () => never(),
      restore: () => never()
    },
    round: 0
  })
  const steps: number[] = []
  let waiting = [...protocol.handle({ type: 'neighbours', peers: [], members: 2 }, 0)]
  while (waiting.length > 0) {
    const [effect, ...rest] = waiting
    waiting = rest
    if (effect?.type !== 'compute') continue
    if (effect.job.kind === 'local-steps') steps.push(effect.job.steps)
    const result =
      effect.job.kind === 'encode'
        ? ({ kind: 'encoded', edges: [] } as const)
        : ({ kind: 'trained', loss: null, samples: 0 } as const)
    waiting.push(...protocol.handle({ type: 'computed', result }, 0))
  }
  t.deepEqual(steps, [8, 8, 4])
})

const never = (): never => {
  throw new Error('nobody forks here')
}
