/** The committed scenario on files of the real layout, small and learnable. */
import { join } from 'node:path'
import test from 'ava'
import type { Results } from '../../src/storage/results.ts'
import { startProgram, temporaryFolder } from '../helpers/program.ts'
import { cifar10Folder, NAMES, ROW_BYTES } from '../unit/data/cifar10-files.ts'

const CLASSES = 10
const ROWS = 100
const PLANE = 32 * 32

/** Class c has a bright bar in rows 3 c to 3 c + 2, in one colour; the rest is grey. */
const batch = (): Buffer => {
  const bytes = Buffer.alloc(ROWS * ROW_BYTES, 120)
  for (let row = 0; row < ROWS; row++) {
    const label = row % CLASSES
    const start = row * ROW_BYTES
    bytes[start] = label
    const bar = start + 1 + (label % 3) * PLANE + 3 * label * 32
    bytes.fill(180 + (row % 60), bar, bar + 3 * 32)
  }
  return bytes
}

const learnable = () => Object.fromEntries(NAMES.map((name) => [name, batch()]))

const simulate = (folder: string, ...rest: readonly string[]): readonly string[] => [
  'simulate',
  'simulations/cifar10',
  '--set',
  `data.path=${folder}`,
  '--set',
  'peers=3',
  '--set',
  'topology={"name":"full"}',
  '--set',
  'training.steps=60',
  ...rest
]

test('should run on the binary layout, and learn what can be learnt', async (t) => {
  const folder = await cifar10Folder(t, learnable())
  const out = join(await temporaryFolder(t), 'out')
  const { code, stdout, stderr } = await startProgram(t, simulate(folder, '--out', out, '--json'))
    .exit
  t.is(code, 0, stderr)
  const results: Results = JSON.parse(stdout)
  t.deepEqual(results.model, { name: 'cnn', parameters: 122_954 })
  t.is(results.consensus!.distinctReplicas, 1)
  t.true(results.accuracy!.mean > 0.9, `${results.accuracy!.mean}`)
})

test('should refuse files that are cut off, with path, rule and remedy', async (t) => {
  const files = learnable()
  files['data_batch_3.bin'] = batch().subarray(0, 5000)
  const folder = await cifar10Folder(t, files)
  const { code, stdout, stderr } = await startProgram(t, simulate(folder)).exit
  t.is(code, 2)
  t.is(stdout, '')
  t.regex(stderr, /data_batch_3\.bin/)
  t.notRegex(stderr, /\n\s+at /)
})
