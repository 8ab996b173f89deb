import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { join, resolve } from 'node:path'
import test from 'ava'
import { InvalidInputError } from '../../../src/errors.ts'
import { controlAddress } from '../../../src/storage/control-address.ts'
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
    t.is(error.problems[0]!.rule, `is in use by process ${process.pid}`)
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
  await t.throwsAsync(holdFolder(place), {
    instanceOf: InvalidInputError,
    message: new RegExp(`is in use by process ${child.pid} `)
  })
  child.kill('SIGKILL')
  await once(child, 'close')
  await (await holdFolder(place))()
  t.pass()
})

test('should make a folder that is not there, and say when it cannot', async (t) => {
  const place = await folder(t)
  await (await holdFolder(join(place, 'new', 'state')))()
  t.true(existsSync(join(place, 'new', 'state')))
  await writeFile(join(place, 'file'), 'no folder')
  const error = await t.throwsAsync(holdFolder(join(place, 'file')), {
    instanceOf: InvalidInputError
  })
  t.regex(error.message, /file: cannot be written to: EEXIST/)
})

const onLinux = process.platform === 'linux' ? test : test.skip

/** Where a folder's lock lies, from the description in hold-folder.ts. */
const lockOf = async (place: string): Promise<string> => {
  const hash = createHash('sha256').update(await realpath(place))
  return `\0swarmgrad-${hash.digest('hex').slice(0, 32)}`
}

test('a peer that can be asked should hold its folder where its lock cannot be seen', async (t) => {
  const place = await folder(t)
  // As from another container: its control socket is there, its lock is not.
  const server = createServer((socket) => socket.on('error', () => {}))
  server.listen(controlAddress(place))
  await once(server, 'listening')
  const error = await t.throwsAsync(holdFolder(place), { instanceOf: InvalidInputError })
  t.is(error.problems[0]!.rule, 'is in use by another process')
  await new Promise((done) => server.close(done))
  await (await holdFolder(place))()
})

onLinux('who asks and never hangs up should not keep a folder held (Linux)', async (t) => {
  const place = await folder(t)
  const release = await holdFolder(place)
  const asking = connect({ path: await lockOf(place), allowHalfOpen: true })
  t.teardown(() => asking.destroy())
  const [answer] = await once(asking, 'data')
  t.deepEqual(JSON.parse(String(answer)), { pid: process.pid })
  await release()
  await (await holdFolder(place))()
})

for (const [what, answer] of [
  ['something else', 'hello\n'],
  ['no number', '{"pid":"12; rm"}'],
  ['far too much', 'x'.repeat(100_000)],
  ['nothing', '']
] as const) {
  onLinux(
    `whoever holds a folder and says ${what} should be another process (Linux)`,
    async (t) => {
      const place = await folder(t)
      const server = createServer((socket) => {
        socket.on('error', () => {})
        socket.end(answer)
      })
      server.listen(await lockOf(place))
      t.teardown(() => server.close())
      await once(server, 'listening')
      const error = await t.throwsAsync(holdFolder(place), { instanceOf: InvalidInputError })
      t.is(error.problems[0]!.rule, 'is in use by another process')
    }
  )
}
