import test from 'ava'
import { createDeltaEncoder } from '../../../../src/compression/delta/index.ts'
import { seeded } from '../../../../src/random.ts'
import { createVirtualSwarm, runVirtualSwarm } from '../../../../src/simulation/virtual-swarm.ts'
import { chooseWithin, deltaBytes } from '../../../../src/strategy/delta-set/budget.ts'
import { STRATEGIES } from '../../../../src/strategy/registry.ts'
import { layoutOf } from '../../../../src/vector/layout.ts'
import { recipeWith } from '../../../helpers/recipe.ts'
import { quadraticTrainers } from '../../../helpers/synthetic-trainers.ts'
import { contextOf, QUIET } from '../../../helpers/virtual.ts'

const PARAMETERS = 40_000
const BOUNDS = { maxDensity: 0.1, localSteps: 8, maxLocalSteps: 32 }
const LOAD = { origins: 16, parameters: PARAMETERS, valueBits: 1, stepMs: 10, waitMs: 20 }
/** What deltaBytes adds for signature, head, frame and control messages. */
const OVERHEAD = 150

test('should estimate what the code really takes', (t) => {
  const random = seeded(1)
  const layout = layoutOf([{ name: 'x', shape: [PARAMETERS] }])
  for (const [values, valueBits] of [
    ['one-bit', 1],
    ['two-level', 2]
  ] as const) {
    for (const density of [0.002, 0.01, 0.1]) {
      const selection = { kind: 'global' } as const
      const options = { layout, values, selection, maxDensity: 0.1, maxScale: 2 ** 26 }
      const encoder = createDeltaEncoder(options)
      for (let i = 0; i < PARAMETERS; i++) encoder.residual[i] = random.normal()
      const payload = encoder.encode(density, 0.5)!.length
      const estimate = deltaBytes(density, { parameters: PARAMETERS, valueBits })
      t.true(
        Math.abs(estimate / (payload + OVERHEAD) - 1) < 0.05,
        `${values} ${density}: ${estimate} ${payload}`
      )
    }
  }
})

test('should take as dense a code as fits, and no denser than the manifest allows', (t) => {
  const plenty = chooseWithin({ bytesPerRound: 1e9 }, BOUNDS, LOAD)
  t.is(plenty.localSteps, 8)
  t.true(Math.abs(plenty.density - 0.1) < 1e-9)
  const some = chooseWithin({ bytesPerRound: 15 * 700 }, BOUNDS, LOAD)
  t.is(some.localSteps, 8)
  t.true(Math.abs(deltaBytes(some.density, LOAD) - 700) < 1)
})

test('should make rounds longer where deltas would be too sparse, within bounds', (t) => {
  const bytes = (deltas: number) => ({ bytesPerRound: 15 * deltas })
  const sparse = deltaBytes(0.004, LOAD)
  const longer = chooseWithin(bytes(sparse), BOUNDS, LOAD)
  t.is(longer.localSteps, 16)
  t.true(Math.abs(deltaBytes(longer.density, LOAD) - 2 * sparse) < 1)
  t.deepEqual(chooseWithin(bytes(10), BOUNDS, LOAD), { density: 0.0001, localSteps: 32 })
})

test('should turn an hour into rounds by what a round takes, waiting included', (t) => {
  // 8 steps of 10 ms and 20 ms of waiting: 36,000 rounds an hour, of 15 deltas each.
  const hourly = chooseWithin({ bytesPerHour: 36_000 * 15 * 700 }, BOUNDS, LOAD)
  const perRound = chooseWithin({ bytesPerRound: 15 * 700 }, BOUNDS, LOAD)
  t.deepEqual(hourly, perRound)
})

test('should keep a swarm within its budget, and say what was chosen', async (t) => {
  const peers = 8
  const rounds = 12
  const budget = { bytesPerRound: 20_000 }
  const training = { learningRate: 0.05, localSteps: 2, steps: 2 * rounds, batch: 1 }
  const strategy = { name: 'delta-set', controlVariates: 0 }
  const recipe = recipeWith({ strategy, training })
  const trainers = quadraticTrainers(peers, PARAMETERS, 0.05, 1)
  const swarm = createVirtualSwarm({
    strategy: STRATEGIES['delta-set']!.create(recipe, trainers[0]!.layout, contextOf(peers)),
    peers,
    trainer: (peer) => trainers[peer]!,
    topology: recipe.topology,
    network: QUIET,
    stepMs: () => 5,
    budget,
    tag: { manifest: 1, layout: 2 },
    seed: 1
  })
  await runVirtualSwarm(swarm)
  const tallies = swarm.members.map(({ counters }) => counters.tally())
  const sent = tallies.reduce((sum, { bytesSent }) => sum + bytesSent, 0) / peers / rounds
  t.true(sent > 0.85 * budget.bytesPerRound && sent < 1.1 * budget.bytesPerRound, `${sent}`)
  for (const { chosen } of tallies) t.is(chosen['localSteps'], 2)
  t.true(tallies[0]!.chosen['density']! > 0.01)
})
