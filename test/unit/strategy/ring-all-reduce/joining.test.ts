/** A peer that comes late takes over the optimiser as well: from then on it follows to the last bit. */
import test from 'ava'
import { faultSchema } from '../../../../src/simulation/faults/fault-schema.ts'
import { createVirtualSwarm, runVirtualSwarm } from '../../../../src/simulation/virtual-swarm.ts'
import { STRATEGIES } from '../../../../src/strategy/registry.ts'
import { openBench } from '../../../../src/training/bench.ts'
import { recipeWith } from '../../../helpers/recipe.ts'
import { areEqual } from '../../../helpers/ring-swarm.ts'
import { contextOf, QUIET } from '../../../helpers/virtual.ts'

const PEERS = 3
const STEPS = 80

const OPTIMIZERS = [
  { name: 'sgd' },
  { name: 'sgd', momentum: 0.9 },
  { name: 'adam', weightDecay: 0.1 },
  { name: 'rmsprop' },
  { name: 'adagrad' },
  { name: 'lion' }
]

for (const optimizer of OPTIMIZERS) {
  for (const compression of ['none', 'int8']) {
    const { name, momentum = 0 } = optimizer as { name: string; momentum?: number }
    test(`a joiner should follow to the last bit: ${name} ${momentum}, ${compression}`, async (t) => {
      const recipe = recipeWith({
        seed: 3,
        model: { name: 'mlp', hidden: [8] },
        data: { name: 'glyphs', partition: { kind: 'iid' } },
        training: { learningRate: 0.01, batch: 8, localSteps: 1, steps: STEPS, optimizer },
        compression: { name: compression },
        strategy: {
          name: 'ring-all-reduce',
          bucketBytes: 4096,
          startPatienceMs: 200,
          deadline: { floorMs: 100, ceilingMs: 1000 }
        }
      })
      const bench = await openBench({ recipe, dataPath: null, shards: PEERS, backend: 'wasm' })
      const rounds: number[][] = [[], [], []]
      const swarm = createVirtualSwarm({
        strategy: STRATEGIES['ring-all-reduce']!.create(recipe, bench.layout, contextOf(PEERS)),
        peers: PEERS,
        trainer: (peer) => bench.trainer(peer),
        topology: recipe.topology,
        network: QUIET,
        stepMs: () => 5,
        faults: [faultSchema.parse({ kind: 'join', peers: [2], atMs: 800 })],
        tag: { manifest: 1, layout: 2 },
        seed: recipe.seed,
        onRound: ({ index }, { round }) => rounds[index]!.push(round)
      })
      await runVirtualSwarm(swarm)
      t.is(rounds[0]!.length, STEPS)
      const late = rounds[2]!.length
      t.true(late > 5 && late < STEPS - 5, `${late} steps after it came`)
      const [first, ...others] = swarm.members.map(({ replica }) => replica!)
      for (const replica of others) t.true(areEqual(replica, first!))
    })
  }
}
