import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, symlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import test from 'ava'
import { InvalidInputError } from '../../../src/errors.ts'
import { holdFolder } from '../../../src/storage/hold-folder.ts'
import { folder } from './folder.ts'

test('should hold a folder once, under whatever name, until it lets go', async (t) => {
  const place = await folder(t)
  const state = join(place, 'state')
  await mkdir(state)
  await symlink(state, join(place, 'link'))
  const release = await holdFolder(state)
  for (const name of ['state', 'link']) {
    const error = await t.throwsAsync(holdFolder(join(place, name)), {
      instanceOf: InvalidInputError
    })
    t.is(error.problems[0]!.path, join(place, name))
  }
  const other = await holdFolder(place)
  await release()
  await (await holdFolder(join(place, 'link')))()
  await other()
})

test('should take over from a process that was killed', async (t) => {
  const place = await folder(t)
  const file = resolve(import.meta.dirname, '../../../src/storage/hold-folder.ts')
  const program = `const { holdFolder } = await import(${JSON.stringify(file)})
    await holdFolder(${JSON.stringify(place)})
    console.log('held')
    setInterval(() => {}, 1e6)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  t.teardown(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  await t.throwsAsync(holdFolder(place), { instanceOf: InvalidInputError })
  child.kill('SIGKILL')
  await once(child, 'close')
  await (await holdFolder(place))()
  t.pass()
})
