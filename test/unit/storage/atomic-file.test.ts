import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { createPrivateFile, writeFileAtomic } from '../../../src/storage/atomic-file.ts'
import { folder } from './folder.ts'

/** Content that fails half-way: what a full disk or a broken source looks like. */
const breaking = (): string => {
  async function* parts(): AsyncGenerator<string> {
    yield 'new, but only ha'
    throw new Error('no more')
  }
  return parts() as unknown as string
}

test('should replace a file as a whole and leave nothing beside it', async (t) => {
  const place = await folder(t)
  const path = join(place, 'file')
  await writeFileAtomic(path, 'old')
  t.is(await readFile(path, 'utf8'), 'old')
  await writeFileAtomic(path, Uint8Array.of(110, 101, 119))
  t.is(await readFile(path, 'utf8'), 'new')
  t.deepEqual(await readdir(place), ['file'])
})

test('should leave the old content and no temporary file when a write fails', async (t) => {
  const place = await folder(t)
  const path = join(place, 'file')
  await writeFile(path, 'old')
  await t.throwsAsync(writeFileAtomic(path, breaking()), { message: 'no more' })
  t.is(await readFile(path, 'utf8'), 'old')
  t.deepEqual(await readdir(place), ['file'])
})

test('should leave no temporary file when the last step fails', async (t) => {
  const place = await folder(t)
  await mkdir(join(place, 'taken', 'inside'), { recursive: true })
  await t.throwsAsync(writeFileAtomic(join(place, 'taken'), 'x'))
  t.deepEqual(await readdir(place), ['taken'])
  t.deepEqual(await readdir(join(place, 'taken')), ['inside'])
})

test('should fail in a folder that is not there', async (t) => {
  const place = await folder(t)
  await t.throwsAsync(writeFileAtomic(join(place, 'none', 'file'), 'x'), { code: 'ENOENT' })
  t.deepEqual(await readdir(place), [])
})

test('should leave one whole content when two writes happen at once', async (t) => {
  const place = await folder(t)
  const path = join(place, 'file')
  const contents = ['a', 'b', 'c'].map((letter) => letter.repeat(100_000))
  await Promise.all(contents.map((content) => writeFileAtomic(path, content)))
  t.true(contents.includes(await readFile(path, 'utf8')))
  t.deepEqual(await readdir(place), ['file'])
})

test('should make a private file readable by its owner only', async (t) => {
  const path = join(await folder(t), 'key')
  await createPrivateFile(path, Uint8Array.of(1))
  t.is((await stat(path)).mode & 0o777, 0o600)
})
