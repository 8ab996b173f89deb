import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { InvalidInputError } from '../../../src/errors.ts'
import { loadIdentity, saveIdentity } from '../../../src/storage/identity.ts'
import { folder } from './folder.ts'

// Windows has no such bits.
const onPosix = process.platform === 'win32' ? test.skip : test

test('should make an identity once, readable by its owner only', async (t) => {
  const place = join(await folder(t), 'new', 'state')
  const seed = await loadIdentity(place)
  t.is(seed.byteLength, 32)
  t.deepEqual(await readdir(place), ['identity.key'])
  t.is((await stat(join(place, 'identity.key'))).mode & 0o777, 0o600)
  t.deepEqual(new Uint8Array(await loadIdentity(place)), new Uint8Array(seed))
})

test('should make another identity in another folder', async (t) => {
  const place = await folder(t)
  const [a, b] = [await loadIdentity(join(place, 'a')), await loadIdentity(join(place, 'b'))]
  t.notDeepEqual(new Uint8Array(a), new Uint8Array(b))
})

test('should load the identity that was saved', async (t) => {
  const place = await folder(t)
  const seed = Uint8Array.from({ length: 32 }, (_, i) => i)
  await saveIdentity(place, seed)
  t.deepEqual(new Uint8Array(await loadIdentity(place)), seed)
})

for (const length of [0, 31, 33]) {
  test(`should refuse an identity of ${length} bytes and leave it alone`, async (t) => {
    const place = await folder(t)
    const path = join(place, 'identity.key')
    await writeFile(path, new Uint8Array(length), { mode: 0o600 })
    const error = await t.throwsAsync(loadIdentity(place), { instanceOf: InvalidInputError })
    t.deepEqual(
      error.problems.map((problem) => problem.path),
      [path]
    )
    t.is((await readFile(path)).byteLength, length)
  })
}

for (const mode of [0o640, 0o604, 0o660, 0o622, 0o777]) {
  const name = `0${mode.toString(8)}`
  onPosix(`should refuse an identity of mode ${name}, with the command that helps`, async (t) => {
    const place = await folder(t)
    await loadIdentity(place)
    const path = join(place, 'identity.key')
    await chmod(path, mode)
    const error = await t.throwsAsync(loadIdentity(place), { instanceOf: InvalidInputError })
    t.is(error.problems.length, 1)
    t.is(error.problems[0]!.path, path)
    t.true(error.problems[0]!.rule.includes(`(mode ${name})`))
    t.is(error.problems[0]!.remedy, `chmod 600 ${path}`)
    await chmod(path, 0o600)
    await t.notThrowsAsync(loadIdentity(place))
  })
}

onPosix('should take an identity that not even its owner may write', async (t) => {
  const place = await folder(t)
  const seed = await loadIdentity(place)
  await chmod(join(place, 'identity.key'), 0o400)
  t.deepEqual(new Uint8Array(await loadIdentity(place)), new Uint8Array(seed))
})

test('should not make a new identity when the kept one is no file', async (t) => {
  const place = await folder(t)
  await mkdir(join(place, 'identity.key', 'inside'), { recursive: true })
  const error = await t.throwsAsync(loadIdentity(place), { instanceOf: InvalidInputError })
  t.is(error.problems[0]!.rule, 'is not a file')
  t.deepEqual(await readdir(join(place, 'identity.key')), ['inside'])
})

test('should say where an identity cannot be made, and why', async (t) => {
  const place = await folder(t)
  await writeFile(join(place, 'state'), 'a file')
  const error = await t.throwsAsync(loadIdentity(join(place, 'state')), {
    instanceOf: InvalidInputError
  })
  t.regex(error.message, /state.identity\.key: cannot be written to: EEXIST/)
})
