import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { type ChildEnding, startChild } from '../../../../src/cli/sweep/child.ts'
import type { Progress } from '../../../../src/simulation/run-options.ts'
import { placeWith } from '../place.ts'

const outcomeOf = async (
  t: ExecutionContext,
  script: string
): Promise<{ ending: ChildEnding; log: string; news: readonly Progress[] }> => {
  const place = await placeWith(t, {})
  const logFile = join(place, 'run.log')
  const news: Progress[] = []
  const child = startChild({
    command: [process.execPath, '-e', script],
    logFile,
    onProgress: (progress) => news.push(progress),
    live: false
  })
  const ending = await child.ended
  return { ending, log: await readFile(logFile, 'utf8'), news }
}

test('should hear of progress, and of nothing that is none', async (t) => {
  const script = `
    for (const message of [null, 'text', {}, { stage: 1, done: 0 }, { stage: 'swarm', done: 0.5 }]) {
      process.send(message)
    }
    process.disconnect()`
  const { ending, news } = await outcomeOf(t, script)
  t.deepEqual(ending, { code: 0, signal: null, lastLines: [''] })
  t.deepEqual(news, [{ stage: 'swarm', done: 0.5 }])
})

test('should keep all that was said in the log, and the last lines of it', async (t) => {
  const script = `
    for (let line = 1; line <= 5000; line++) process.stderr.write('line ' + line + ' é\\n')
    process.exitCode = 3
    process.disconnect()`
  const { ending, log } = await outcomeOf(t, script)
  t.is(ending.code, 3)
  t.deepEqual(
    ending.lastLines,
    [4996, 4997, 4998, 4999, 5000].map((line) => `line ${line} é`)
  )
  t.is(log.split('\n').length, 5001)
})

test('should tell of a process that was killed, and of one that never was', async (t) => {
  const killed = await outcomeOf(t, "process.kill(process.pid, 'SIGKILL')")
  t.is(killed.ending.signal, 'SIGKILL')
  const place = await placeWith(t, {})
  const none = startChild({
    command: [join(place, 'nothing')],
    logFile: join(place, 'run.log'),
    onProgress: () => {},
    live: false
  })
  const { code, lastLines } = await none.ended
  t.is(code, 1)
  t.regex(lastLines.join(), /ENOENT/)
})
