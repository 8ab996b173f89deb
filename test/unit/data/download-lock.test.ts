import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test from 'ava'
import { fetchFiles } from '../../../src/data/download/fetch-files.ts'
import { acquire } from '../../../src/data/download/lock.ts'
import { CONTENT, FILE, good, optionsFor, serve, temporaryFolder } from './download-server.ts'

const execute = promisify(execFile)
const never = async (): Promise<boolean> => false

test('should fetch once for several calls at the same time', async (t) => {
  const folder = await temporaryFolder(t)
  const { base, ranges } = await serve(t, good)
  await Promise.all([1, 2, 3].map(() => fetchFiles([FILE], optionsFor(base, folder))))
  t.deepEqual(ranges, [null])
  t.deepEqual(await readdir(folder), ['file.bin'])
  t.true(CONTENT.equals(await readFile(join(folder, FILE.name))))
})

test('should fetch once for two processes at the same time', async (t) => {
  const folder = await temporaryFolder(t)
  const { base, ranges } = await serve(t, good)
  const module = import.meta.resolve('../../../src/data/download/fetch-files.ts')
  const script = `
    const { fetchFiles } = await import(${JSON.stringify(module)})
    await fetchFiles(${JSON.stringify([FILE])}, ${JSON.stringify(optionsFor(base, folder))})`
  const run = () => execute(process.execPath, ['--input-type=module', '--eval', script])
  const runs = await Promise.all([run(), run()])
  for (const { stderr } of runs) t.is(stderr, '')
  t.deepEqual(ranges, [null])
  t.deepEqual(await readdir(folder), ['file.bin'])
  t.true(CONTENT.equals(await readFile(join(folder, FILE.name))))
})

test('should wait for a file that another process is about to bring', async (t) => {
  const folder = await temporaryFolder(t)
  const path = join(folder, FILE.name)
  await writeFile(`${path}.lock`, `${process.pid} ${hostname()} its-own\n`)
  const { base, ranges } = await serve(t, good)
  let looks = 0
  // Told at every look for the file: the other one is through before the third.
  const onProgress = (): void => {
    looks += 1
    if (looks === 2) writeFile(path, CONTENT).catch(() => t.fail())
  }
  await fetchFiles([FILE], { ...optionsFor(base, folder), onProgress })
  t.deepEqual(ranges, [])
  t.true(looks >= 3)
})

test('should stop waiting when told to', async (t) => {
  const path = join(await temporaryFolder(t), 'lock')
  const lock = await acquire(path, never)
  const controller = new AbortController()
  let looks = 0
  const done = async (): Promise<boolean> => {
    looks += 1
    if (looks === 2) controller.abort(new Error('enough'))
    return false
  }
  await t.throwsAsync(acquire(path, done, controller.signal), { message: 'enough' })
  await lock!.release()
})

test('should let one hold it at a time, whatever many want', async (t) => {
  const folder = await temporaryFolder(t)
  let holders = 0
  const hold = async (): Promise<void> => {
    const lock = await acquire(join(folder, 'lock'), never)
    holders += 1
    t.is(holders, 1)
    await readdir(folder)
    holders -= 1
    await lock!.release()
  }
  await Promise.all([hold(), hold(), hold(), hold()])
  t.deepEqual(await readdir(folder), [])
})

const deadPid = async (): Promise<number> => {
  const { stdout } = await execute(process.execPath, ['--print', 'process.pid'])
  return Number(stdout)
}

test('should take the lock of a process that has ended', async (t) => {
  const path = join(await temporaryFolder(t), 'lock')
  await writeFile(path, `${await deadPid()} ${hostname()} its-own\n`)
  const lock = await acquire(path, never)
  t.regex(await readFile(path, 'utf8'), new RegExp(`^${process.pid} `))
  await lock!.release()
})

/** Contents that say nothing of a process here; only their age can. */
for (const content of [
  '',
  'nonsense',
  `${process.pid} ${hostname()} x`,
  '1 another.host.invalid x'
]) {
  test(`should take an old lock that says "${content.replace(/\d{2,}/, 'pid')}"`, async (t) => {
    const folder = await temporaryFolder(t)
    const path = join(folder, 'lock')
    await writeFile(path, content)
    let looks = 0
    const done = async (): Promise<boolean> => {
      looks += 1
      const longAgo = new Date(Date.now() - 3_600_000)
      if (looks === 2) await utimes(path, longAgo, longAgo)
      return false
    }
    const lock = await acquire(path, done)
    t.true(looks >= 2, 'a young one is waited for')
    await lock!.release()
    t.deepEqual(await readdir(folder), [])
  })
}

test('should give one of several takers what a dead process holds', async (t) => {
  const folder = await temporaryFolder(t)
  const path = join(folder, FILE.name)
  await mkdir(folder, { recursive: true })
  await writeFile(`${path}.lock`, `${await deadPid()} ${hostname()} its-own\n`)
  const { base, ranges } = await serve(t, good)
  await Promise.all([1, 2, 3].map(() => fetchFiles([FILE], optionsFor(base, folder))))
  t.deepEqual(ranges, [null])
  t.deepEqual(await readdir(folder), ['file.bin'])
})

test('should not remove a lock that another has taken over', async (t) => {
  const path = join(await temporaryFolder(t), 'lock')
  const lock = await acquire(path, never)
  await writeFile(path, '1 another.host.invalid x')
  await lock!.release()
  t.is(await readFile(path, 'utf8'), '1 another.host.invalid x')
})
