import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { openSweepFolder } from '../../../../src/cli/sweep/sweep-folder.ts'
import { placeWith, problemsFrom } from '../place.ts'
import { DOCUMENT, planOf } from './place.ts'

const PLAN = planOf([1, 2], ['peers=4,8'])

const open = async (folder: string, plan = PLAN, force = false): Promise<void> =>
  (await openSweepFolder(folder, plan, force))()

const ruleOf = async (t: ExecutionContext, promise: Promise<unknown>): Promise<string> => {
  const [problem] = await problemsFrom(t, promise)
  return `${problem?.path}: ${problem?.rule} (${problem?.remedy})`
}

test('should make the folder and write down what was asked for', async (t) => {
  const place = await placeWith(t, {})
  await open(join(place, 'a/b'))
  t.deepEqual(JSON.parse(await readFile(join(place, 'a/b/sweep.json'), 'utf8')), {
    schema: 'swarmgrad/sweep/1',
    document: DOCUMENT,
    grid: [{ path: 'peers', values: [4, 8] }],
    seeds: [1, 2]
  })
})

test('should go on in the folder of the same sweep and touch nothing', async (t) => {
  const place = await placeWith(t, {})
  await open(place)
  await mkdir(join(place, 'runs/1-peers-4-seed1'), { recursive: true })
  const before = await readFile(join(place, 'sweep.json'), 'utf8')
  const reordered = Object.fromEntries(Object.entries(DOCUMENT).reverse())
  await open(place, planOf([1, 2], ['peers=4,8'], reordered))
  t.is(await readFile(join(place, 'sweep.json'), 'utf8'), before)
  t.deepEqual(await readdir(join(place, 'runs')), ['1-peers-4-seed1'])
})

test('should begin anew where it was killed while it wrote its request', async (t) => {
  const place = await placeWith(t, { 'sweep.json.0f9c-4e.part': '{"schema": "swarm' })
  await open(place)
  t.deepEqual(await readdir(place), ['sweep.json'])
})

test('should refuse the folder of another sweep and name the differences', async (t) => {
  const place = await placeWith(t, {})
  await open(place)
  const before = await readFile(join(place, 'sweep.json'), 'utf8')
  const others: readonly (readonly [ReturnType<typeof planOf>, RegExp])[] = [
    [planOf([1, 2, 3], ['peers=4,8']), /--seeds was \[1,2\], is \[1,2,3\]/],
    [planOf([1, 2], ['peers=4,16']), /--grid peers was \[4,8\], is \[4,16\]/],
    [planOf([1, 2], ['peers=8,4']), /--grid peers was \[4,8\], is \[8,4\]/],
    [
      planOf([1, 2], ['stepMs=1,2']),
      /--grid peers was \[4,8\], is not given; --grid stepMs was not/
    ],
    [
      planOf([1, 2], ['peers=4,8'], { ...DOCUMENT, training: { learningRate: 0.2, steps: 8 } }),
      /: holds another sweep: training.learningRate was 0.1, is 0.2 \(.*--out.*--force/
    ]
  ]
  for (const [plan, says] of others) t.regex(await ruleOf(t, open(place, plan)), says)
  t.deepEqual(await readdir(place), ['sweep.json'])
  t.is(await readFile(join(place, 'sweep.json'), 'utf8'), before)
})

test('should notice another order of the axes', async (t) => {
  const place = await placeWith(t, {})
  await open(place, planOf([1], ['peers=4,8', 'stepMs=1,2']))
  const turned = planOf([1], ['stepMs=1,2', 'peers=4,8'])
  t.regex(await ruleOf(t, open(place, turned)), /axes had another order/)
})

test('should refuse a damaged sweep.json', async (t) => {
  for (const text of [
    '',
    '{"schema":"swarmgrad/sweep/1"',
    '{}',
    '{"schema":"swarmgrad/sweep/2"}'
  ]) {
    const place = await placeWith(t, { 'sweep.json': text })
    t.regex(await ruleOf(t, open(place)), /sweep\.json: .*--force/, text)
    t.deepEqual(await readdir(place), ['sweep.json'])
  }
})

test('should refuse a folder with other files, even by force', async (t) => {
  const place = await placeWith(t, { 'precious.txt': 'mine' })
  t.regex(await ruleOf(t, open(place)), /not empty and holds no sweep\.json/)
  t.regex(await ruleOf(t, open(place, PLAN, true)), /not empty and holds no sweep\.json/)
  t.deepEqual(await readdir(place), ['precious.txt'])
})

test('should start over by force, and remove only what a sweep makes', async (t) => {
  const place = await placeWith(t, {
    'sweep.json': 'damaged',
    'summary.json': '{}',
    'precious.txt': 'mine',
    'runs/1-peers-4-seed1/results.json': '{}',
    'runs/quickstart-seed1-20250101T000000/results.json': '{}'
  })
  await open(place, PLAN, true)
  t.deepEqual((await readdir(place)).sort(), ['precious.txt', 'runs', 'sweep.json'])
  t.deepEqual(await readdir(join(place, 'runs')), ['quickstart-seed1-20250101T000000'])
})

test('should leave no folder behind where another sweep holds it', async (t) => {
  const place = await placeWith(t, {})
  const release = await openSweepFolder(place, PLAN, false)
  t.regex(await ruleOf(t, open(place)), /in use/)
  release()
  await open(place)
})

test('should say why a folder cannot be made', async (t) => {
  const place = await placeWith(t, {})
  await writeFile(join(place, 'file'), '')
  t.regex(await ruleOf(t, open(join(place, 'file/below'))), /cannot be used: /)
})
