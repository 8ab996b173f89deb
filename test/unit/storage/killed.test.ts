import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import test, { type ExecutionContext } from 'ava'
import { seeded } from '../../../src/random.ts'
import { folder } from './folder.ts'

const PROGRAM = join(import.meta.dirname, 'keeping-process.ts')
const LIVES = 12

interface Line {
  readonly found?: readonly number[]
  readonly first?: 'own' | 'checkpoint' | null
  readonly notices?: readonly string[]
  readonly kept?: number
  readonly checkpoint?: number
}

/** Lets it say so many lines, then kills it; all that it has said by then. */
const liveAndDie = async (t: ExecutionContext, place: string, lines: number): Promise<Line[]> => {
  const child = spawn(process.execPath, [PROGRAM, place], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => child.kill('SIGKILL'))
  const closed = once(child, 'close')
  const said: Line[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(JSON.parse(line) as Line)
    if (said.length === lines) child.kill('SIGKILL')
  }
  await closed
  return said
}

test('a process that is killed at any moment should find all that it had kept', async (t) => {
  const place = await folder(t)
  const random = seeded(6)
  let [kept, checkpoint, resumed] = [0, 0, 0]
  for (let n = 0; n < LIVES; n++) {
    const [opening, ...rest] = await liveAndDie(t, place, 2 + random.integer(60))
    const { found = [], first, notices = [] } = opening!
    if (first === 'checkpoint') {
      resumed++
      t.true(found[0]! >= checkpoint, `life ${n}: not an older checkpoint`)
    }
    // From where it goes on, number by number, and not one is missing.
    const begin = found[0] ?? 1
    t.deepEqual(
      found,
      Array.from({ length: found.length }, (_, i) => begin + i),
      `life ${n}`
    )
    if (first !== 'checkpoint') t.true(begin === 1, `life ${n}`)
    t.true((found.at(-1) ?? 0) >= kept, `life ${n}: ${found.at(-1)} of ${kept}`)
    t.true((found.at(-1) ?? 0) <= kept + 1, `life ${n}: ${found.at(-1)} of ${kept}`)
    t.deepEqual(notices, [], `life ${n}`)
    kept = Math.max(kept, found.at(-1) ?? 0, ...rest.map((line) => line.kept ?? 0))
    checkpoint = Math.max(checkpoint, ...rest.map((line) => line.checkpoint ?? 0))
  }
  t.true(resumed > LIVES / 2, `${resumed}`)
})
