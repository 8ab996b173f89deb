/** The compute thread's side of data that a manifest shares out. */
import { createHash } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import type { ComputeSetup, DealAnswer } from '../../../src/peer/compute-messages.ts'
import { initialHash } from '../../../src/peer/initial.ts'
import { openWorkbench, type Workbench } from '../../../src/peer/workbench.ts'
import { partsOf } from '../../../src/swarm/deal.ts'
import { type Manifest, manifestSchema } from '../../../src/swarm/manifest.ts'
import { createModel } from '../../../src/training/models/create-model.ts'
import { rowSides } from '../../../src/training/models/model.ts'
import { serve, temporaryFolder } from '../data/download-server.ts'
import { folderOf } from '../data/text-files.ts'
import { builtIn } from '../training/helpers.ts'

const LINEAR = { name: 'mlp', hidden: [] }
const ROWS = 500
const tableOf = (rows: number): string =>
  `a,b,sign\n${Array.from({ length: rows }, (_, i) => {
    const [a, b] = [Math.sin(i), Math.cos(3 * i)]
    return `${a},${b},${a + b > 0 ? 'plus' : 'minus'}`
  }).join('\n')}\n`
const TABLE = Buffer.from(tableOf(ROWS))
const FILE = {
  name: 'signs.csv',
  bytes: TABLE.byteLength,
  sha256: createHash('sha256').update(TABLE).digest('hex')
}
const LAYOUT = createModel(builtIn(LINEAR), rowSides([1, 1, 2], 2)).layout.hash

const manifestWith = (fields: object): Manifest =>
  manifestSchema.parse({
    name: 'shared',
    shards: 4,
    layout: LAYOUT,
    model: LINEAR,
    data: { name: 'csv', label: 'sign', partition: { kind: 'iid' } },
    training: { learningRate: 0.1, steps: 80 },
    strategy: { name: 'delta-set' },
    topology: { name: 'full' },
    ...fields
  })

const setupOf = (manifest: Manifest, fields: Partial<ComputeSetup>): ComputeSetup => ({
  manifest,
  self: 'me',
  shard: 0,
  dataPath: null,
  maxDataBytes: null,
  cacheFolder: null,
  weightsPath: null,
  initialPath: null,
  trainer: null,
  backend: 'wasm',
  diagnostics: false,
  ...fields
})

const deal = async (
  workbench: Workbench,
  trainers: readonly string[],
  epoch: number
): Promise<DealAnswer> => (await workbench.perform({ type: 'deal', trainers, epoch })) as DealAnswer

const published = async (t: ExecutionContext) => {
  const served = await serve(t, (_, response) => response.end(TABLE))
  const files = [{ ...FILE, urls: [`${served.base}/${FILE.name}`] }]
  return { ...served, manifest: manifestWith({ sharing: { kind: 'public', files } }) }
}

test.serial('should train on all of its own rows where each member has its own', async (t) => {
  const dataPath = await folderOf(t, { 'mine.csv': tableOf(300) })
  const manifest = manifestWith({ sharing: { kind: 'own' } })
  const { rows, classes } = await openWorkbench(setupOf(manifest, { dataPath }))
  // A tenth is the test.
  t.is(rows, 270)
  t.is(
    classes!.reduce((a, b) => a + b, 0),
    270
  )
})

test.serial('should say what is wrong with own data of another shape', async (t) => {
  const dataPath = await folderOf(t, {
    'mine.csv': `a,b,c,sign\n${'1,2,3,x\n2,3,4,y\n'.repeat(9)}`
  })
  const manifest = manifestWith({ sharing: { kind: 'own' } })
  await t.throwsAsync(openWorkbench(setupOf(manifest, { dataPath })), {
    name: 'InvalidInputError'
  })
})

test.serial(
  'should fetch public data, hold no rows at first, and then those of its parts',
  async (t) => {
    const { manifest, ranges } = await published(t)
    const cacheFolder = await temporaryFolder(t)
    const fetched: number[] = []
    const workbench = await openWorkbench(setupOf(manifest, { cacheFolder }), {
      onFetch: (done, total) => {
        t.is(total, FILE.bytes)
        fetched.push(done)
      }
    })
    t.is(ranges.length, 1)
    t.is(fetched.at(-1), FILE.bytes)
    t.is(workbench.rows, 0)
    // All parts at the most, and the test: floats.
    t.is(workbench.bytes.data, ROWS * 2 * 4)

    const names = ['me', 'you', 'she']
    const rowsOf = async (self: string, trainers: readonly string[], epoch: number) => {
      const other = await openWorkbench(setupOf(manifest, { self, cacheFolder }))
      const { rows, parts, trainedOn, refused } = await deal(other, trainers, epoch)
      t.is(refused, null)
      t.is(trainedOn, parts)
      t.is(parts, partsOf(self, trainers, 4, epoch).length)
      return rows
    }
    const together = await Promise.all(names.map((name) => rowsOf(name, names, 3)))
    t.is(
      together.reduce((a, b) => a + b, 0),
      450
    )
    const alone = await deal(workbench, [], 4)
    t.is(alone.rows, 450)
    t.is(
      alone.classes!.reduce((a, b) => a + b, 0),
      450
    )
    t.is(ranges.length, 1)
  }
)

test.serial('should go on with what it has when its files are gone', async (t) => {
  const { manifest } = await published(t)
  const dataPath = await folderOf(t, { [FILE.name]: TABLE })
  const workbench = await openWorkbench(setupOf(manifest, { dataPath }))
  const { rows } = await deal(workbench, ['you'], 0)
  t.is(rows, 225)
  await rm(join(dataPath, FILE.name))
  const refused = await deal(workbench, ['you'], 1)
  t.regex(refused.refused!, /signs\.csv: no such file/)
  t.is(refused.rows, 225)
})

test.serial('should refuse, and leave nothing, where the files cannot be had', async (t) => {
  const { base } = await serve(t, (_, response) => response.end(Buffer.alloc(FILE.bytes)))
  const files = [{ ...FILE, urls: [`${base}/${FILE.name}`] }]
  const manifest = manifestWith({ sharing: { kind: 'public', files } })
  const cacheFolder = await temporaryFolder(t)
  const notices: string[] = []
  const opening = openWorkbench(setupOf(manifest, { cacheFolder }), {
    onNotice: (text) => void notices.push(text)
  })
  await t.throwsAsync(opening, { name: 'InvalidInputError', message: /must have the SHA-256/ })
  t.is(notices.length, 1)
  const [folder] = await readdir(join(cacheFolder, 'public'))
  t.deepEqual(await readdir(join(cacheFolder, 'public', folder!)), [])
})

test.serial('parts should be those of drawn digits, too, which need no files', async (t) => {
  const layout = createModel(builtIn(LINEAR), rowSides([28, 28, 1], 10)).layout.hash
  const data = { name: 'glyphs', partition: { kind: 'iid' } }
  const manifest = manifestWith({ layout, data, sharing: { kind: 'public', files: [] } })
  const workbench = await openWorkbench(setupOf(manifest, { maxDataBytes: 7000 * 784 }))
  const all = await deal(workbench, [], 0)
  t.like(all, { parts: 4, trainedOn: 2, rows: 6000 })
  t.like(await deal(workbench, ['you'], 0), { parts: 2, trainedOn: 2, rows: 6000 })
})

test.serial('a replica should be told with the hash of its floats', async (t) => {
  const dataPath = await folderOf(t, { 'mine.csv': tableOf(300) })
  const manifest = manifestWith({ sharing: { kind: 'own' } })
  const workbench = await openWorkbench(setupOf(manifest, { dataPath }))
  const told = await workbench.perform({ type: 'portable' })
  const digest = await workbench.perform({ type: 'digest' })
  t.true(told.type === 'portable' && told.hash === initialHash(told.replica))
  t.true(digest.type === 'digest' && told.type === 'portable' && digest.hash === told.hash)
})
