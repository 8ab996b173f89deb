import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { contentsOf, createPlace, run } from '../integration/cli-harness.ts'
import { createStage } from './sweep-harness.ts'

const SWEEP = ['tiny', '--grid', 'peers=4,8', '--seeds', '3', '--out', 'out']
const RUNS = ['1-peers-4', '2-peers-8'].flatMap((cell) => [1, 2, 3].map((n) => `${cell}-seed${n}`))

const readJson = async (...path: readonly string[]) =>
  JSON.parse(await readFile(join(...path), 'utf8'))

test('should run every cell with every seed, and print the summary alone with --json', async (t) => {
  const { place, director } = await createStage(t)
  const { code, stdout, stderr } = await director.start([...SWEEP, '--jobs', '1', '--json']).ended
  t.is(code, 0, stderr)
  t.deepEqual(director.begun, RUNS)
  const summary = JSON.parse(stdout)
  t.deepEqual(summary, await readJson(place, 'out/summary.json'))
  const near = (value: number): string => value.toFixed(12)
  // The runs' figures are 0.5 and a hundredth for each seed (1, 2, 3) and peer.
  for (const [index, mean] of [0.56, 0.6].entries()) {
    const { accuracy } = summary.cells[index].metrics
    t.is(near(accuracy.mean), near(mean))
    t.is(near(accuracy.deviation), near(0.01))
    t.is(accuracy.n, 3)
  }
  const files = ['report.html', 'runs', 'summary.json', 'sweep.json']
  t.deepEqual((await readdir(join(place, 'out'))).sort(), files)
})

test('should keep to the number of jobs', async (t) => {
  const { director } = await createStage(t, () => 'hold')
  const { ended } = director.start([...SWEEP, '--jobs', '2'])
  await director.whenBegun(2)
  for (let count = 3; count <= 6; count++) {
    director.tell(director.begun[count - 3]!, 'finish')
    await director.whenBegun(count)
    t.is(director.begun.length, count)
  }
  for (const name of director.begun.slice(4)) director.tell(name, 'finish')
  t.is((await ended).code, 0)
  t.deepEqual([...director.begun].sort(), RUNS)
})

test('should run again only what is not whole, not finished or not its own', async (t) => {
  const { place, director } = await createStage(t)
  t.is((await director.start(SWEEP).ended).code, 0)
  const folder = (index: number): string => join(place, 'out/runs', RUNS[index]!)
  const results = (index: number): string => join(folder(index), 'results.json')
  const before = await readFile(join(place, 'out/summary.json'), 'utf8')
  await rm(results(0))
  await writeFile(join(folder(0), 'rounds.jsonl'), 'half a li')
  await writeFile(results(2), (await readFile(results(2), 'utf8')).slice(0, -100))
  await writeFile(
    results(3),
    JSON.stringify({ ...(await readJson(results(3))), interrupted: true })
  )
  await writeFile(results(5), await readFile(results(4), 'utf8'))
  const { code, stderr } = await director.start(SWEEP).ended
  t.is(code, 0, stderr)
  t.regex(stderr, /^2 of 6 runs were finished before\n/)
  t.deepEqual(
    director.begun.slice(RUNS.length).sort(),
    [0, 2, 3, 5].map((index) => RUNS[index])
  )
  t.false((await readdir(folder(0))).includes('rounds.jsonl'))
  t.is(await readFile(join(place, 'out/summary.json'), 'utf8'), before)
  const begun = director.begun.length
  t.is((await director.start(SWEEP).ended).code, 0)
  t.is(director.begun.length, begun)
})

test('should report runs that fail, go on with the others and try them again', async (t) => {
  const orders = new Map([
    [RUNS[0], 'fail'],
    [RUNS[3], 'die'],
    [RUNS[4], 'vanish']
  ] as const)
  const { place, director } = await createStage(t, (name) => orders.get(name) ?? 'finish')
  const { code, stdout, stderr } = await director.start(SWEEP).ended
  t.is(code, 1)
  t.deepEqual([...director.begun].sort(), RUNS)
  t.regex(
    stderr,
    /: 1-peers-4-seed1 failed after \d+s: exit code 1\n {4}first line\n {4}the reason\n/
  )
  t.regex(stderr, /: 2-peers-8-seed1 failed after \d+s: SIGKILL\n/)
  t.regex(stderr, /: 2-peers-8-seed2 failed after \d+s: results\.json cannot be read: no such file/)
  t.regex(stderr, /\nswarmgrad: 3 of 6 runs failed; .*\n$/)
  t.regex(stdout, /\n4 +2 of 3, 1 failed .*\n8 +1 of 3, 2 failed /)
  const log = join(place, 'out/runs', RUNS[0]!, 'run.log')
  t.is(await readFile(log, 'utf8'), 'first line\nthe reason\n')
  orders.clear()
  t.is((await director.start(SWEEP).ended).code, 0)
  t.is(director.begun.length, RUNS.length + 3)
})

test('should stop in good order on SIGINT, and go on from there', async (t) => {
  const { place, director } = await createStage(t, (name) =>
    name === RUNS[0] || director.begun.length > 3 ? 'finish' : 'hold'
  )
  const sweep = director.start([...SWEEP, '--jobs', '2'])
  await director.whenBegun(3)
  sweep.child.kill('SIGINT')
  const { code, stdout, stderr } = await sweep.ended
  t.is(code, 130, stderr)
  t.regex(stderr, /stopped: 5 of 6 runs are left; the same command goes on with them\n$/)
  t.regex(stdout, /\n4 +1 of 3 /)
  t.is(director.begun.length, 3)
  t.true((await readJson(place, 'out/runs', RUNS[1]!, 'results.json')).interrupted)
  t.is((await readJson(place, 'out/summary.json')).open, 5)
  const again = await director.start(SWEEP).ended
  t.is(again.code, 0, again.stderr)
  t.deepEqual(director.begun.slice(3).sort(), RUNS.slice(1))
  t.is((await readJson(place, 'out/summary.json')).open, 0)
})

test('should stop at once on a second signal and leave no run behind', async (t) => {
  const { place, director } = await createStage(t, () => 'ignore')
  const sweep = director.start([...SWEEP, '--jobs', '2'])
  await director.whenBegun(2)
  sweep.child.kill('SIGINT')
  await sweep.said('stopping')
  sweep.child.kill('SIGTERM')
  t.is((await sweep.ended).code, 130)
  await director.allGone()
  t.deepEqual((await readdir(join(place, 'out'))).sort(), ['runs', 'sweep.json'])
})

test('should leave no run behind when it is killed, nor a lock that lasts', async (t) => {
  const { director } = await createStage(t, () => (director.begun.length > 2 ? 'finish' : 'ignore'))
  const sweep = director.start([...SWEEP, '--jobs', '2'])
  await director.whenBegun(2)
  sweep.child.kill('SIGKILL')
  await director.allGone()
  await sweep.ended
  const again = await director.start(SWEEP).ended
  t.is(again.code, 0, again.stderr)
})

test('should refuse a folder where another sweep runs', async (t) => {
  const { director } = await createStage(t, () => 'hold')
  const sweep = director.start([...SWEEP, '--jobs', '1'])
  await director.whenBegun(1)
  const other = await director.start(SWEEP).ended
  t.is(other.code, 2)
  t.regex(other.stderr, /--out out: is in use: process \d+ /)
  t.is(director.begun.length, 1)
  sweep.child.kill('SIGINT')
  t.is((await sweep.ended).code, 130)
})

test('should refuse the folder of another sweep, and replace it by force', async (t) => {
  const { place, director } = await createStage(t)
  t.is((await director.start(SWEEP).ended).code, 0)
  const before = await contentsOf(join(place, 'out'))
  const other = ['tiny', '--grid', 'peers=4,16', '--out', 'out']
  const refused = await director.start(other).ended
  t.is(refused.code, 2)
  t.true(refused.stderr.includes('holds another sweep: --grid peers was [4,8], is [4,16]'))
  t.deepEqual(await contentsOf(join(place, 'out')), before)
  t.is((await director.start([...other, '--force']).ended).code, 0)
  t.deepEqual((await readdir(join(place, 'out/runs'))).sort(), [
    '1-peers-4-seed1',
    '2-peers-16-seed1'
  ])
})

test('should carry --set and whole objects through to the runs', async (t) => {
  const { place, director } = await createStage(t)
  const grid = 'topology={"name":"ring"},{"name":"random-regular","degree":3}'
  const args = ['tiny', '--set', 'peers=6', '--set', 'data.path=data', '--grid', grid]
  const { code, stderr } = await director.start([...args, '--seeds', '5,9', '--out', 'out']).ended
  t.is(code, 0, stderr)
  const [first] = (await readdir(join(place, 'out/runs'))).sort()
  const { document } = await readJson(place, 'out/runs', first!, 'results.json')
  t.is(document.peers, 6)
  t.is(document.seed, 5)
  t.deepEqual(document.topology, { name: 'ring' })
  t.is(document.data.path, join(place, 'data'))
})

test('should run real simulations, and know them again', async (t) => {
  const place = await createPlace(t)
  await mkdir(join(place, 'runs'))
  const args = ['sweep', 'tiny', '--set', 'baselines=[]', '--grid', 'compression.name=int8,int4']
  const first = await run(t, place, [...args, '--jobs', '2', '--json'])
  t.is(first.code, 0, first.stderr)
  const { cells } = JSON.parse(first.stdout)
  const sent = cells.map((cell: never) => cell['metrics']['bytesPerPeer']['mean'])
  t.true(sent[0] > 1.5 * sent[1], `${sent}`)
  const again = await run(t, place, args)
  t.is(again.code, 0, again.stderr)
  t.is(again.stderr, '2 of 2 runs were finished before\n')
  t.true(again.stdout.endsWith(`\n\n${join('runs', 'sweep-tiny', 'report.html')}\n`), again.stdout)
})
