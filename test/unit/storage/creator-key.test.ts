import { chmod, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { InvalidInputError } from '../../../src/errors.ts'
import { loadCreatorKey, readCreatorKey } from '../../../src/storage/creator-key.ts'
import { dataFolder } from '../../../src/storage/data-folder.ts'
import { temporaryFolder } from '../../helpers/program.ts'

test('should be made once, for its owner only', async (t) => {
  const path = join(await temporaryFolder(t), 'deep', 'creator.key')
  t.is(await readCreatorKey(path), null)
  const made = await loadCreatorKey(path)
  t.true(made.isNew)
  t.is((await stat(path)).mode & 0o777, 0o600)
  const kept = await loadCreatorKey(path)
  t.false(kept.isNew)
  t.deepEqual(Buffer.from(kept.seed), await readFile(path))
  t.deepEqual(await readCreatorKey(path), kept)
})

test('should be refused where it is damaged or open to others', async (t) => {
  const path = join(await temporaryFolder(t), 'creator.key')
  await writeFile(path, Buffer.alloc(31), { mode: 0o600 })
  const short = {
    instanceOf: InvalidInputError,
    message: /a creator's key is 32 bytes, this file has 31/
  }
  await t.throwsAsync(loadCreatorKey(path), short)
  await writeFile(path, Buffer.alloc(32))
  await chmod(path, 0o644)
  await t.throwsAsync(readCreatorKey(path), { message: /chmod 600/ })
})

test('what users would miss should lie where their system keeps such things', (t) => {
  t.is(dataFolder({}, '/home/me'), '/home/me/.local/share/swarmgrad')
  t.is(dataFolder({ XDG_DATA_HOME: '/data' }, '/home/me'), '/data/swarmgrad')
  t.is(dataFolder({ XDG_DATA_HOME: 'data' }, '/home/me'), '/home/me/.local/share/swarmgrad')
  t.is(dataFolder({ XDG_DATA_HOME: '/data', SWARMGRAD_DATA: '/own' }, '/home/me'), '/own')
})
