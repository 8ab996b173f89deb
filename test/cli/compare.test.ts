import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { createDirector, createStage } from './sweep-harness.ts'

const STRATEGIES = ['gossip-averaging', 'parameter-server']
const COMPARE = ['tiny', '--strategies', STRATEGIES.join(), '--seeds', '2', '--out', 'out']
/** Two forms of each, the scenario's own among them, at one rate. */
const ONE_RATE = ['--set', 'tuning.factors=[1]']

const readJson = async (...path: readonly string[]) =>
  JSON.parse(await readFile(join(...path), 'utf8'))

test('should choose settings, run all conditions and write what came of it', async (t) => {
  const { place, director } = await createStage(t, undefined, 'compare')
  const { code, stdout, stderr } = await director.start([...COMPARE, ...ONE_RATE]).ended
  t.is(code, 0, stderr)
  const tuning = STRATEGIES.flatMap((name) => [1, 2].map((form) => `tune-${name}-${form}-seed1`))
  const runs = ['asked', 'peers-2', 'peers-8', 'loss', 'churn'].flatMap((condition) =>
    STRATEGIES.flatMap((name) => [1, 2].map((seed) => `${condition}-${name}-seed${seed}`))
  )
  t.deepEqual([...director.begun].sort(), [...tuning, ...runs].sort())
  t.deepEqual(director.begun.slice(0, tuning.length).sort(), tuning)
  t.regex(stdout, /\ntiny: 4 peers, virtual time, 2 seeds\n|^tiny: 4 peers/)
  t.regex(stdout, /\nTake (gossip-averaging|parameter-server)\. /)
  const files = ['compare.json', 'comparison.json', 'comparison.md', 'comparison.svg']
  t.deepEqual((await readdir(join(place, 'out'))).sort(), [...files, 'report.html', 'runs'])
  const { strategies, seeds } = await readJson(place, 'out/comparison.json')
  t.deepEqual(seeds, [1, 2])
  // The runs' figures are 0.5 and a hundredth for each seed and peer.
  const asked = strategies[0].conditions[0]
  t.is(asked.quality.mean.toFixed(12), '0.555000000000')
  t.deepEqual(
    strategies[0].conditions.map(({ text }: { text: string }) => text),
    ['as asked', '2 peers', '8 peers', '1 % of the frames lost', 'peers that come and go']
  )
})

test('should go on where it was killed', async (t) => {
  const { place, director } = await createStage(
    t,
    () => (director.begun.length > 8 ? 'hold' : 'finish'),
    'compare'
  )
  const args = [...COMPARE, ...ONE_RATE, '--quick', '--peers', '8', '--jobs', '1']
  const killed = director.start(args)
  await director.whenBegun(9)
  killed.child.kill('SIGKILL')
  await killed.ended
  await director.allGone()
  const [first, second] = [director, await createDirector(t, place, () => 'finish', 'compare', 2)]
  const { code, stderr } = await second.start(args).ended
  t.is(code, 0, stderr)
  t.regex(stderr, /^4 of 12 runs were finished before\n8 of 12 runs were finished before\n/)
  // The ninth had not finished.
  t.is(second.begun[0], first.begun[8])
  t.is(new Set([...first.begun, ...second.begun]).size, 12)
  t.is(second.begun.length, 4)
})

test('should stop in good order on SIGINT, and write no comparison', async (t) => {
  const { place, director } = await createStage(t, () => 'hold', 'compare')
  const running = director.start([...COMPARE, ...ONE_RATE, '--quick', '--jobs', '2'])
  await director.whenBegun(2)
  running.child.kill('SIGINT')
  const { code, stdout, stderr } = await running.ended
  t.is(code, 130, stderr)
  t.is(stdout, '')
  t.regex(stderr, /stopped: 8 runs are left; the same command goes on with them\n$/)
  t.deepEqual((await readdir(join(place, 'out'))).sort(), ['compare.json', 'runs'])
})

test('should report what failed, compare the rest, and exit with 1', async (t) => {
  const { place, director } = await createStage(
    t,
    (name) => (name === 'asked-parameter-server-seed2' ? 'fail' : 'finish'),
    'compare'
  )
  const { code, stdout, stderr } = await director.start([...COMPARE, ...ONE_RATE, '--quick']).ended
  t.is(code, 1)
  t.regex(stderr, /: asked-parameter-server-seed2 failed after \d+s: exit code 1\n/)
  t.regex(stderr, /\nswarmgrad: 1 of 8 runs failed; /)
  t.regex(stdout, /Take gossip-averaging\. /)
  t.regex(stdout, /Not finished with every seed, and so no choice:\s+parameter-server\./)
  const { recommendation } = await readJson(place, 'out/comparison.json')
  t.is(recommendation.strategy, 'gossip-averaging')
})

test('should name a strategy none of whose settings can be trained, and go on', async (t) => {
  const { director } = await createStage(
    t,
    (name) => (name.startsWith('tune-parameter-server') ? 'fail' : 'finish'),
    'compare'
  )
  const { code, stdout } = await director.start([...COMPARE, ...ONE_RATE, '--quick']).ended
  t.is(code, 1)
  t.regex(
    stdout,
    /parameter-server was left out: none of its 2 settings ended with a result: exit\s+code 1/
  )
})

test('should refuse the folder of another comparison, unless told to start over', async (t) => {
  const { place, director } = await createStage(t, undefined, 'compare')
  const args = [...COMPARE, ...ONE_RATE, '--quick']
  t.is((await director.start(args).ended).code, 0)
  const other = [...args, '--set', 'training.learningRate=0.2']
  const refused = await director.start(other).ended
  t.is(refused.code, 2)
  t.true(refused.stderr.includes('holds another comparison: training.learningRate was 0.1, is 0.2'))
  await writeFile(join(place, 'out/mine.txt'), 'kept')
  t.is((await director.start([...other, '--force']).ended).code, 0)
  t.is(await readFile(join(place, 'out/mine.txt'), 'utf8'), 'kept')
})
