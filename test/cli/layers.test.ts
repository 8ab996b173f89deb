/** A LayersModel as a file beside the scenario, in both modes, with and without weights. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { loadReplica } from '../../src/storage/replica-file.ts'
import type { Results } from '../../src/storage/results.ts'
import { layoutOf } from '../../src/vector/layout.ts'
import { contentsOf, createPlace, SCENARIO, start } from '../integration/cli-harness.ts'
import { layer, sequence } from '../unit/training/tensors/layers/topologies.ts'

const HIDDEN = 6
const modelTopology = sequence(
  [28, 28, 1],
  layer('Flatten', { name: 'flat' }),
  layer('Dense', { name: 'wide', units: HIDDEN, activation: 'relu' }),
  layer('Dense', { name: 'narrow', units: 10, activation: 'softmax' })
)
const LAYOUT = layoutOf([
  { name: 'wide/kernel', shape: [784, HIDDEN] },
  { name: 'wide/bias', shape: [HIDDEN] },
  { name: 'narrow/kernel', shape: [HIDDEN, 10] },
  { name: 'narrow/bias', shape: [10] }
])
const PARAMETERS = 784 * HIDDEN + HIDDEN + HIDDEN * 10 + 10

/** Values that no initialiser gives, in two files. */
const VALUES = Float32Array.from({ length: PARAMETERS }, (_, i) => ((i % 13) - 6) / 100)
const bytes = Buffer.from(VALUES.buffer)
const weights = LAYOUT.tensors.map(({ name, shape }) => ({ name, shape, dtype: 'float32' }))
const weightsManifest = [{ paths: ['shard1.bin', 'shard2.bin'], weights }]

/** A place with `model/model.json`, which the scenario beside it names. */
const createModelPlace = async (t: ExecutionContext, modelJson: object): Promise<string> => {
  const place = await createPlace(t)
  await mkdir(join(place, 'model'))
  await writeFile(join(place, 'model/model.json'), JSON.stringify(modelJson))
  await writeFile(join(place, 'model/shard1.bin'), bytes.subarray(0, 1000))
  await writeFile(join(place, 'model/shard2.bin'), bytes.subarray(1000))
  const model = { name: 'layers', topology: '../model/model.json' }
  const scenario = { ...SCENARIO, model, baselines: [] }
  await writeFile(join(place, 'tiny/scenario.json'), JSON.stringify(scenario))
  return place
}

const simulate = (t: ExecutionContext, place: string, ...rest: readonly string[]) =>
  start(t, place, ['simulate', 'tiny', '--out', 'out', '--json', ...rest]).ended

test('should train a topology in virtual time, and leave no path of this machine behind', async (t) => {
  const place = await createModelPlace(t, { modelTopology })
  const { code, stdout, stderr } = await simulate(t, place)
  t.is(code, 0, stderr)
  const results: Results = JSON.parse(stdout)
  t.deepEqual(results.model, { name: 'layers', parameters: PARAMETERS })
  t.true(results.accuracy!.mean > 0.5, `${results.accuracy!.mean}`)
  t.false(stdout.includes(place))
})

test('should train it live, from the weights beside it, as a browser names them', async (t) => {
  const named = weightsManifest.map(({ paths, ...own }) => ({
    ...own,
    paths: paths.map((path) => `./${path}`)
  }))
  const place = await createModelPlace(t, { modelTopology, weightsManifest: named })
  const { code, stderr } = await simulate(
    t,
    place,
    ...['--live', '--set', 'peers=2', '--set', 'training.steps=8'],
    ...['--set', 'training.learningRate=1e-12', '--set', 'data.partition={"kind":"iid"}']
  )
  t.is(code, 0, stderr)
  const { replica } = await loadReplica(
    join(place, 'out/peers/0/state/replica.safetensors'),
    LAYOUT
  )
  // At such a rate a replica stays what it was.
  t.true(replica.every((value, i) => Math.abs(value - VALUES[i]!) < 1e-6))
})

const REFUSED: ReadonlyArray<readonly [title: string, modelJson: object, said: RegExp]> = [
  [
    'a file that lies elsewhere',
    { modelTopology, weightsManifest: [{ paths: ['../data/x'], weights }] },
    /weightsManifest: names "\.\.\/data\/x", no plain file/
  ],
  [
    'a file that is not there',
    { modelTopology, weightsManifest: [{ paths: ['shard3.bin'], weights }] },
    /shard3\.bin/
  ],
  [
    'too few bytes',
    { modelTopology, weightsManifest: [{ paths: ['shard1.bin'], weights }] },
    /must hold 19120 bytes of weights, holds 1000/
  ],
  [
    'weights that are quantised',
    {
      modelTopology,
      weightsManifest: [
        { paths: [], weights: weights.map((one) => ({ ...one, quantization: { dtype: 'uint8' } })) }
      ]
    },
    /weights\[0\]\.quantization: unknown key\n +save the model again, without quantization/
  ],
  ['a layer that runs code', { modelTopology: sequence([4], layer('Lambda')) }, /Lambda/]
]

for (const [title, modelJson, said] of REFUSED) {
  test(`should refuse ${title}, and leave nothing behind`, async (t) => {
    const place = await createModelPlace(t, modelJson)
    const before = await contentsOf(place)
    const { code, stdout, stderr } = await simulate(t, place)
    t.is(code, 2, stderr)
    t.is(stdout, '')
    t.regex(stderr, said)
    t.notRegex(stderr, /\n\s+at /)
    t.deepEqual(await contentsOf(place), before)
  })
}

test('should say where a model.json was looked for', async (t) => {
  const place = await createModelPlace(t, {})
  const { code, stderr } = await simulate(t, place, '--set', 'model.topology=none.json')
  t.is(code, 2)
  t.true(stderr.startsWith('1 problem:'), stderr)
  t.true(stderr.includes(join(place, 'none.json')), stderr)
})
