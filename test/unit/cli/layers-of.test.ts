/** What a saved model says of itself, and which swarms have one. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { layersOf } from '../../../src/cli/export/layers-of.ts'
import { InvalidInputError } from '../../../src/errors.ts'
import { parsePeerConfig } from '../../../src/peer/config.ts'
import { tensorsOf } from '../../../src/storage/replica-file.ts'
import { createModel } from '../../../src/training/models/create-model.ts'
import { rowSides, textSides } from '../../../src/training/models/model.ts'
import { type Layout, layoutOf } from '../../../src/vector/layout.ts'
import { temporaryFolder } from '../../helpers/program.ts'
import { builtIn } from '../training/helpers.ts'
import { layer, sequence } from '../training/tensors/layers/topologies.ts'

const TABLE = `height,city,label\n${'1,Rome,a\n2,Oslo,b\n4,Rome,a\n9,Oslo,b\n'.repeat(5)}`

const configOf = (model: object, layout: Layout, data: object, path: string | null) =>
  parsePeerConfig({
    manifest: {
      name: 'saved',
      shards: 1,
      layout: layout.hash,
      model,
      data,
      training: { learningRate: 0.1, steps: 8 },
      strategy: { name: 'gossip-averaging' },
      topology: { name: 'full' }
    },
    shard: 0,
    data: { path }
  })

const found = (layout: Layout) => ({
  kind: 'file' as const,
  path: 'any',
  round: 5,
  manifest: null,
  tensors: tensorsOf(layout, new Float32Array(layout.length))
})

const notesOf = async (config: ReturnType<typeof configOf>, layout: Layout): Promise<object> => {
  const { modelJson } = await layersOf(config, found(layout))
  return (modelJson as { userDefinedMetadata: object }).userDefinedMetadata
}

const fileOf = async (t: ExecutionContext, name: string, content: string): Promise<string> => {
  const path = join(await temporaryFolder(t), name)
  await writeFile(path, content)
  return path
}

test('should name the columns of a table', async (t) => {
  const config = builtIn({ name: 'mlp', hidden: [] })
  const { layout } = createModel(config, rowSides([1, 1, 3], 2))
  const data = { name: 'csv', label: 'label', categorical: ['city'] }
  const path = await fileOf(t, 'table.csv', TABLE)
  t.deepEqual(await notesOf(configOf(config, layout, data, path), layout), {
    model: 'mlp',
    manifest: null,
    round: 5,
    input: 'numbers of columns',
    columns: ['height', 'city=Oslo', 'city=Rome'],
    output: 'logits'
  })
})

for (const [level, symbols] of [
  ['character', ['\n', ' ', 'a', 'b', 'é']],
  ['byte', 'bytes']
] as const) {
  test(`should give the symbols of a text: ${level}`, async (t) => {
    const config = builtIn({ name: 'gpt', layers: 1, heads: 1, width: 4, context: 3 })
    const kinds = level === 'byte' ? 256 : symbols.length
    const { layout } = createModel(config, textSides(3, kinds))
    const path = await fileOf(t, 'text.txt', 'ab é\n'.repeat(20))
    const notes = await notesOf(configOf(config, layout, { name: 'text', level }, path), layout)
    t.like(notes, { input: 'numbers of symbols', symbols, output: 'logits' })
  })
}

test('should need no data for a topology that was given', async (t) => {
  const topology = sequence([4], layer('Dense', { name: 'only', units: 3 }))
  const layout = layoutOf([
    { name: 'only/kernel', shape: [4, 3] },
    { name: 'only/bias', shape: [3] }
  ])
  const config = configOf({ name: 'layers', topology }, layout, { name: 'csv', label: 'x' }, null)
  t.like(await notesOf(config, layout), { model: 'layers', round: 5 })
})

const refusal = async (t: ExecutionContext, action: Promise<unknown>): Promise<string> =>
  (await t.throwsAsync(action, { instanceOf: InvalidInputError }))!.message

test('should refuse models without layers', async (t) => {
  const layout = layoutOf([{ name: 'x', shape: [4] }])
  const config = configOf({ name: 'quadratic', parameters: 4 }, layout, { name: 'none' }, null)
  t.regex(await refusal(t, layersOf(config, found(layout))), /quadratic has no layers/)
})

test('should refuse other data than those of the swarm', async (t) => {
  const config = builtIn({ name: 'mlp', hidden: [] })
  const { layout } = createModel(config, rowSides([1, 1, 7], 2))
  const data = { name: 'csv', label: 'label', categorical: ['city'] }
  const path = await fileOf(t, 'table.csv', TABLE)
  const action = layersOf(configOf(config, layout, data, path), found(layout))
  t.regex(await refusal(t, action), /manifest\.layout: must be [0-9a-f]{64}/)
})

test('should refuse a gpt of rows', async (t) => {
  const config = builtIn({ name: 'gpt' })
  const { layout } = createModel(config, textSides(64, 5))
  const action = layersOf(configOf(config, layout, { name: 'glyphs' }, null), found(layout))
  t.regex(await refusal(t, action), /data\.name: the model gpt needs a text, not glyphs/)
})
