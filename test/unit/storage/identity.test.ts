import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { InvalidInputError } from '../../../src/errors.ts'
import { loadIdentity, saveIdentity } from '../../../src/storage/identity.ts'
import { folder } from './folder.ts'

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
    await writeFile(path, new Uint8Array(length))
    const error = await t.throwsAsync(loadIdentity(place), { instanceOf: InvalidInputError })
    t.is(error?.problems[0]?.path, path)
    t.is((await readFile(path)).byteLength, length)
  })
}

test('should not make a new identity when the kept one cannot be read', async (t) => {
  const place = await folder(t)
  // A folder in its place: unreadable for every user, root included.
  await loadIdentity(join(place, 'identity.key'))
  await chmod(place, 0o700)
  await t.throwsAsync(loadIdentity(place), { code: 'EISDIR' })
})
