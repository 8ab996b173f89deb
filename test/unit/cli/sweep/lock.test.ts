import { spawnSync } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { LOCK_FILE, lockFolder } from '../../../../src/cli/sweep/lock.ts'
import { placeWith, problemsFrom } from '../place.ts'

/** A process that has ended; its number is not given away again so soon. */
const deadProcess = (): number => spawnSync(process.execPath, ['-e', '']).pid

test('should keep a folder to one, and leave nothing behind', async (t) => {
  const place = await placeWith(t, {})
  const release = await lockFolder(place)
  t.is(await readFile(join(place, LOCK_FILE), 'utf8'), `${process.pid} ${hostname()}`)
  const [problem] = await problemsFrom(t, lockFolder(place))
  t.is(problem?.path, `--out ${place}`)
  t.regex(problem?.rule ?? '', new RegExp(`in use: process ${process.pid} `))
  t.deepEqual(await readdir(place), [LOCK_FILE])
  release()
  t.deepEqual(await readdir(place), [])
})

test('should take over from a process that has died', async (t) => {
  const place = await placeWith(t, { [LOCK_FILE]: `${deadProcess()} ${hostname()}` })
  const release = await lockFolder(place)
  t.is(await readFile(join(place, LOCK_FILE), 'utf8'), `${process.pid} ${hostname()}`)
  release()
  t.deepEqual(await readdir(place), [])
})

test('should give one of many the lock of the dead', async (t) => {
  const place = await placeWith(t, { [LOCK_FILE]: `${deadProcess()} ${hostname()}` })
  const all = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(place)))
  const holders = all.filter(({ status }) => status === 'fulfilled')
  t.is(holders.length, 1)
  t.deepEqual(await readdir(place), [LOCK_FILE])
  for (const holder of holders) if (holder.status === 'fulfilled') holder.value()
})

test('should believe the lock of another machine, and say how to be rid of it', async (t) => {
  const place = await placeWith(t, {})
  await writeFile(join(place, LOCK_FILE), `${deadProcess()} elsewhere`)
  const [problem] = await problemsFrom(t, lockFolder(place))
  t.regex(problem?.rule ?? '', /on elsewhere/)
  t.true(problem?.remedy.includes(`remove ${join(place, LOCK_FILE)}`))
})
