import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { type Results, resultsSchema } from '../../src/storage/results.ts'
import { roundRecordSchema } from '../../src/storage/round-record.ts'
import { createPlace, run, SCENARIO, start } from './cli-harness.ts'

/** Far more than a test may take: such a run ends only by a signal. */
const ENDLESS = ['--set', 'training.steps=100000000']

const resultsIn = async (folder: string): Promise<Results> =>
  resultsSchema.parse(JSON.parse(await readFile(join(folder, 'results.json'), 'utf8')))

const roundsIn = (folder: string): Promise<string> => readFile(join(folder, 'rounds.jsonl'), 'utf8')

/** Without what depends on how busy the machine is. */
const reproducible = ({ seconds, command: _, ...results }: Results) => ({
  ...results,
  time: seconds.virtual
})

test('should print results.json and nothing else with --json', async (t) => {
  const place = await createPlace(t)
  const args = ['simulate', 'tiny', '--json', '--out', 'a/b']
  const { code, stdout, stderr } = await run(t, place, args)
  t.is(code, 0, stderr)
  const results = resultsSchema.parse(JSON.parse(stdout))
  t.deepEqual(results, await resultsIn(join(place, 'a/b')))
  t.is(results.interrupted, false)
  t.is(results.peersDetail.length, SCENARIO.peers)
  t.is(results.rounds, SCENARIO.training.steps / SCENARIO.training.localSteps)
  t.true(results.accuracy !== null && results.accuracy.mean > 0.5)
})

test('should write one line for each peer and round', async (t) => {
  const place = await createPlace(t)
  t.is((await run(t, place, ['simulate', 'tiny', '--out', 'out'])).code, 0)
  const lines = (await roundsIn(join(place, 'out'))).trimEnd().split('\n')
  const records = lines.map((line) => roundRecordSchema.parse(JSON.parse(line)))
  const expected = Array.from({ length: SCENARIO.peers }, (_, peer) =>
    Array.from({ length: 10 }, (_, round) => `${peer} ${round}`)
  )
  t.deepEqual(records.map(({ peer, round }) => `${peer} ${round}`).sort(), expected.flat().sort())
})

test('should print a table that fits 80 columns, and plain progress on stderr', async (t) => {
  const place = await createPlace(t)
  const { code, stdout, stderr } = await run(t, place, ['simulate', 'tiny'])
  t.is(code, 0, stderr)
  const [runFolder] = await readdir(join(place, 'runs'))
  const files = ['results.json', 'report.html'].map((name) => join('runs', runFolder!, name))
  t.true(stdout.endsWith(`\n${files.join('\n')}\n`), stdout)
  for (const line of stdout.split('\n')) t.true(line.length <= 80, line)
  t.regex(stderr, /^swarm: 0 %\n(swarm: .*\n)*swarm: 100 % after \d+s\nalone: 0 %\n/)
  t.true(stderr.split('\n').length < 12, stderr)
  t.notRegex(stdout + stderr, /(?!\n)\p{Cc}/u)
})

test('should give the same rounds and results for the same seed, others for another', async (t) => {
  const place = await createPlace(t)
  const runs = [
    ['first', '7'],
    ['second', '7'],
    ['other', '8']
  ] as const
  for (const [out, seed] of runs) {
    const { code, stderr } = await run(t, place, ['simulate', 'tiny', '--seed', seed, '--out', out])
    t.is(code, 0, stderr)
  }
  const [first, second, other] = runs.map(([out]) => join(place, out))
  t.is(await roundsIn(first!), await roundsIn(second!))
  t.deepEqual(reproducible(await resultsIn(first!)), reproducible(await resultsIn(second!)))
  t.not(await roundsIn(first!), await roundsIn(other!))
})

test('should read a data path from the current folder in --set', async (t) => {
  const place = await createPlace(t)
  const args = [
    'simulate',
    'tiny',
    '--set',
    'data.path=data',
    '--set',
    'training.steps=8',
    '--json'
  ]
  const { code, stderr } = await run(t, place, args)
  t.is(code, 0, stderr)
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`should end cleanly and keep what was measured on ${signal}`, async (t) => {
    const place = await createPlace(t)
    const running = start(t, place, ['simulate', 'tiny', '--json', '--out', 'out', ...ENDLESS])
    await running.said('swarm: 0 %')
    running.child.kill(signal)
    const { code, stdout, stderr } = await running.ended
    t.is(code, 0, stderr)
    const results = resultsSchema.parse(JSON.parse(stdout))
    t.true(results.interrupted)
    t.is(results.alone, null)
    t.deepEqual(await resultsIn(join(place, 'out')), results)
    const lines = (await roundsIn(join(place, 'out'))).trimEnd().split('\n')
    t.is(
      lines.length,
      results.peersDetail.reduce((sum, { rounds }) => sum + rounds, 0)
    )
    t.regex(stderr, /stopping.*\n$/)
  })
}

test('should stop at once on a second signal', async (t) => {
  const place = await createPlace(t)
  const running = start(t, place, ['simulate', 'tiny', '--out', 'out', ...ENDLESS])
  await running.said('swarm: 0 %')
  // Two different signals: the system may merge two of a kind.
  running.child.kill('SIGINT')
  running.child.kill('SIGTERM')
  const { code, stdout } = await running.ended
  t.is(code, 130)
  t.is(stdout, '')
  t.false((await readdir(join(place, 'out'))).includes('results.json'))
})

test('should finish quietly when nobody reads stdout any more', async (t) => {
  const place = await createPlace(t)
  const running = start(t, place, ['simulate', 'tiny', '--json', '--out', 'out'])
  running.child.stdout?.destroy()
  const { code, stderr } = await running.ended
  t.is(code, 0, stderr)
  t.regex(stderr, /^(\w+: .*\n)+$/)
  t.is((await resultsIn(join(place, 'out'))).interrupted, false)
})
