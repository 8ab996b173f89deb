import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import test from 'ava'
import { contentsOf, createPlace, run } from './cli-harness.ts'

export interface BadInput {
  /** What is wrong. */
  readonly what: string
  readonly args: readonly string[]
  /** Files to put beside the good ones first. */
  readonly files?: Readonly<Record<string, string | Buffer>>
  /** What stderr must say, all of it. */
  readonly says: readonly string[]
}

/** A test for each: exit code 2, everything said, no stack trace, nothing left behind. */
export const declareRefusals = (command: string, bad: readonly BadInput[]): void => {
  for (const { what, args, files = {}, says } of bad) {
    test(`should refuse ${what}, say so and leave nothing behind`, async (t) => {
      const place = await createPlace(t)
      for (const [name, content] of Object.entries(files)) {
        await mkdir(dirname(join(place, name)), { recursive: true })
        await writeFile(join(place, name), content)
      }
      const before = await contentsOf(place)
      const { code, stdout, stderr } = await run(t, place, [command, ...args])
      t.is(code, 2, stderr)
      t.is(stdout, '')
      for (const text of says) t.true(stderr.includes(text), `'${text}' is not in:\n${stderr}`)
      t.notRegex(stderr, /^ {4}at /m)
      t.notRegex(stderr, /unexpected|undefined/)
      t.deepEqual(await contentsOf(place), before)
    })
  }
}
