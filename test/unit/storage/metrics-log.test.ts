import {
  access,
  appendFile,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile
} from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import type { CurvePoint } from '../../../src/storage/curve-point.ts'
import {
  METRICS_FILE,
  MetricsLog,
  type MetricsLogHooks,
  OLDER_METRICS_FILE,
  readMetrics
} from '../../../src/storage/metrics-log.ts'
import { folder } from './folder.ts'

const point = (round: number, accuracy: number | null = null): CurvePoint => ({
  at: 1.7e12 + round,
  round,
  loss: 0.5,
  accuracy,
  testLoss: null,
  bytesSent: round * 10,
  bytesReceived: round * 5
})

/** A log whose clock stands until a test moves it. */
const logIn = (place: string, history: readonly CurvePoint[] = []) => {
  const clock = { now: 0 }
  const said: string[] = []
  const hooks: MetricsLogHooks = {
    refused: (reason) => said.push(reason),
    recovered: () => said.push('recovered'),
    history: () => history,
    now: () => clock.now
  }
  const log = new MetricsLog(place, hooks)
  /** Waits until what has been added is written. */
  const settle = async (): Promise<void> => {
    await log.settled
  }
  return { log, clock, said, settle }
}

const roundsIn = async (place: string): Promise<readonly number[]> =>
  (await readMetrics(place)).points.map(({ round }) => round)

test('should write a point a second, and lose no evaluation in between', async (t) => {
  const place = await folder(t)
  const { log, clock, settle } = logIn(place)
  for (let round = 0; round < 30; round++) {
    clock.now = round * 100
    log.append(point(round, round === 13 ? 0.75 : null))
    await settle()
  }
  await log.close()
  const { points, skipped } = await readMetrics(place)
  t.is(skipped, 0)
  t.deepEqual(
    points.map(({ round, accuracy }) => [round, accuracy]),
    [
      [0, null],
      [10, null],
      [20, 0.75],
      [29, null]
    ]
  )
  t.deepEqual(points[0], point(0))
})

test('should go on in the same file, behind a line that was torn', async (t) => {
  const place = await folder(t)
  const first = logIn(place)
  first.log.append(point(0))
  await first.log.close()
  await appendFile(join(place, METRICS_FILE), '{"at":17,"rou')
  const second = logIn(place)
  second.log.append(point(1))
  await second.log.close()
  const { points, skipped } = await readMetrics(place)
  t.deepEqual(points, [point(0), point(1)])
  t.is(skipped, 1)
})

test('should pass over what is no point, and read nothing where there is nothing', async (t) => {
  const place = await folder(t)
  t.deepEqual(await readMetrics(place), { points: [], skipped: 0 })
  const lines = [
    JSON.stringify(point(0)),
    'nonsense',
    '\u0000\u0001\u00ff',
    '[]',
    'null',
    JSON.stringify({ ...point(1), round: -1 }),
    JSON.stringify({ ...point(1), loss: 'low' }),
    JSON.stringify({ ...point(1), more: 1 }),
    `{"at":1,${' '.repeat(2000)}`,
    JSON.stringify(point(2))
  ]
  await writeFile(join(place, METRICS_FILE), lines.join('\n'))
  const { points, skipped } = await readMetrics(place)
  t.deepEqual(points, [point(0), point(2)])
  t.is(skipped, 8)
})

test('should survive any byte that is flipped in its file', async (t) => {
  const place = await folder(t)
  const good = Array.from({ length: 3 }, (_, round) => `${JSON.stringify(point(round))}\n`).join('')
  for (let at = 0; at < good.length; at++) {
    const bytes = Buffer.from(good)
    bytes[at]! ^= 1 << (at % 8)
    await writeFile(join(place, METRICS_FILE), bytes)
    const { points } = await readMetrics(place)
    t.true(points.length >= 1 && points.length <= 3)
  }
})

test('should become two files, the new one beginning with all that was before', async (t) => {
  const place = await folder(t)
  const line = `${JSON.stringify(point(0))}\n`
  const many = Math.ceil((4 * 2 ** 20) / line.length)
  const whole = Array.from({ length: many }, () => line).join('')
  await writeFile(join(place, METRICS_FILE), whole)
  await writeFile(join(place, OLDER_METRICS_FILE), 'older still')
  const { log } = logIn(place, [point(0), point(500)])
  log.append(point(501))
  await log.close()
  t.is(await readFile(join(place, OLDER_METRICS_FILE), 'utf8'), whole)
  const newer = await readFile(join(place, METRICS_FILE), 'utf8')
  t.is(newer, [0, 500, 501].map((round) => `${JSON.stringify(point(round))}\n`).join(''))
  t.is((await readMetrics(place)).points.length, many + 3)
  t.deepEqual((await readdir(place)).sort(), [OLDER_METRICS_FILE, METRICS_FILE].sort())
})

test('should read no more than it would write, whatever the size of the file', async (t) => {
  const place = await folder(t)
  const line = `${JSON.stringify(point(7))}\n`
  await writeFile(join(place, METRICS_FILE), line.repeat(Math.ceil((20 * 2 ** 20) / line.length)))
  const { points } = await readMetrics(place)
  t.true(points.length * line.length <= 8 * 2 ** 20)
  t.true(points.every(({ round }) => round === 7))
})

test('should say once that nothing can be written, try again, and say when it works', async (t) => {
  const place = await folder(t)
  const { log, clock, said, settle } = logIn(join(place, 'none'))
  for (let minute = 0; minute < 3; minute++) {
    log.append(point(minute))
    await settle()
    clock.now += 60_000
  }
  t.deepEqual(said, ['ENOENT'])
  await t.throwsAsync(access(join(place, 'none')))
  const away = logIn(place)
  await symlink('/nowhere/at/all', join(place, METRICS_FILE))
  away.log.append(point(0))
  await away.settle()
  await rm(join(place, METRICS_FILE))
  away.clock.now = 59_999
  away.log.append(point(1, 0.5))
  await away.settle()
  t.deepEqual(await roundsIn(place), [])
  away.clock.now = 60_000
  away.log.append(point(2))
  await away.settle()
  await away.log.close()
  t.deepEqual(away.said, ['ENOENT', 'recovered'])
  t.deepEqual((await readMetrics(place)).points, [{ ...point(2), accuracy: 0.5 }])
})

test('what comes after the end should neither be written nor open the file again', async (t) => {
  const place = await folder(t)
  const { log, clock, settle } = logIn(place)
  log.append(point(0))
  const closed = log.close()
  log.append(point(1))
  await closed
  clock.now += 60_000
  log.append(point(2))
  await settle()
  t.deepEqual(await roundsIn(place), [0])
})

// Only Linux has a file that is always full.
const onLinux = process.platform === 'linux' ? test : test.skip
onLinux('should survive a full disk', async (t) => {
  const place = await folder(t)
  await symlink('/dev/full', join(place, METRICS_FILE))
  const { log, clock, said, settle } = logIn(place)
  for (let round = 0; round < 5; round++) {
    log.append(point(round))
    await settle()
    clock.now += 60_000
  }
  await log.close()
  t.deepEqual(said, ['ENOSPC'])
  t.is((await stat('/dev/full')).size, 0)
})
