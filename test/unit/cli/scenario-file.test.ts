import { join, resolve } from 'node:path'
import test from 'ava'
import { Gathered } from '../../../src/cli/gathered.ts'
import { loadScenario } from '../../../src/cli/scenario-file.ts'
import { placeWith, problemsFrom } from './place.ts'

const scenarioWith = (data: object, others: object = {}): string =>
  JSON.stringify({
    name: 'tiny',
    peers: 4,
    model: { name: 'mlp' },
    data: { name: 'mnist', ...data },
    training: { learningRate: 0.1, steps: 8 },
    strategy: { name: 'gossip-averaging' },
    topology: { name: 'ring' },
    ...others
  })

test('should take the folder of a scenario or the file itself', async (t) => {
  const place = await placeWith(t, { 'one/scenario.json': scenarioWith({ path: '/data' }) })
  const ofFolder = await loadScenario(join(place, 'one'), [])
  t.deepEqual(ofFolder, await loadScenario(join(place, 'one/scenario.json'), []))
  t.is(ofFolder.name, 'tiny')
})

test('should read a data path in the file from the folder of the file', async (t) => {
  const place = await placeWith(t, { 'one/scenario.json': scenarioWith({ path: '../data' }) })
  t.is((await loadScenario(join(place, 'one'), [])).data.path, join(place, 'data'))
})

test('should read a data path in an override from the current folder', async (t) => {
  const place = await placeWith(t, { 'one/scenario.json': scenarioWith({ path: '../data' }) })
  const pathWith = async (override: string): Promise<string | null> =>
    (await loadScenario(join(place, 'one'), [override])).data.path
  t.is(await pathWith('data.path=there/mnist'), resolve('there/mnist'))
  t.is(await pathWith('data.path="there"'), resolve('there'))
  t.is(await pathWith('data={"name":"mnist","path":"there"}'), resolve('there'))
  t.is(await pathWith('data.path=/abs'), '/abs')
  t.is(await pathWith('data.path=null'), null)
})

test('should tell of the document, of its data and of what was found before together', async (t) => {
  const text = scenarioWith({ path: 'nowhere' }, { peer: 3, training: { learningRate: 'fast' } })
  const place = await placeWith(t, { 'scenario.json': text })
  const found = new Gathered()
  found.add([{ path: '--out', rule: 'must be a folder', remedy: 'give a folder' }])
  const problems = await problemsFrom(t, loadScenario(place, ['seed'], found))
  t.deepEqual(problems.map(({ path }) => path).sort(), [
    '--out',
    '--set seed',
    join(place, 'nowhere'),
    'peer',
    'training.learningRate',
    'training.steps'
  ])
})

test('should tell of rules that join fields beside the problems of other fields', async (t) => {
  const topology = { name: 'random-regular', degree: 4 }
  const text = scenarioWith({ name: 'glyphs', path: 'x' }, { topology, mode: 'fast' })
  const place = await placeWith(t, { 'scenario.json': text })
  const problems = await problemsFrom(t, loadScenario(place, []))
  t.deepEqual(problems.map(({ path }) => path).sort(), ['data.path', 'mode', 'topology.degree'])
})

test('should tell once of what both the document and its data show', async (t) => {
  const place = await placeWith(t, {
    'table.csv': 'a,b\n1,x\n2,y\n',
    'scenario.json': scenarioWith({ name: 'csv', path: 'table.csv' })
  })
  const problems = await problemsFrom(t, loadScenario(place, []))
  t.deepEqual(
    problems.map(({ path }) => path),
    ['data.label']
  )
})
