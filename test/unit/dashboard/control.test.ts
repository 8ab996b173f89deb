import { spawn } from 'node:child_process'
import { mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { askPeer } from '../../../src/cli/control-client.ts'
import { type Control, startControl } from '../../../src/dashboard/start-control.ts'
import { controlAddress } from '../../../src/storage/control-address.ts'
import { temporaryFolder } from '../../helpers/program.ts'
import { SyntheticSwarm } from '../../helpers/synthetic-swarm.ts'

const REPLICA = Uint8Array.from({ length: 5000 }, (_, index) => index & 255)

const serve = async (
  t: ExecutionContext,
  state: string,
  replica: () => Promise<Uint8Array> = async () => REPLICA
): Promise<Control> => {
  const source = new SyntheticSwarm({ members: 3 })
  const control = await startControl({ state, source, metrics: async () => 'x 1\n', replica })
  t.teardown(control.close)
  return control
}

test('the owner should be answered over the socket, and nobody else may open it', async (t) => {
  const state = await temporaryFolder(t)
  const { address } = await serve(t, state)
  t.is(address, join(state, 'control.sock'))
  t.is((await stat(address)).mode & 0o777, 0o600)
  t.is(JSON.parse((await askPeer(state, '/status'))!.toString()).phase, 'training')
  t.is((await askPeer(state, '/metrics'))!.toString(), 'x 1\n')
  t.deepEqual(await askPeer(state, '/replica'), Buffer.from(REPLICA))
  await t.throwsAsync(askPeer(state, '/nothing'), { message: /refuses \/nothing: there is: .*404/ })
})

test('nobody there should be null, as should a peer that has closed', async (t) => {
  const state = await temporaryFolder(t)
  t.is(await askPeer(state, '/status'), null)
  const control = await serve(t, state)
  await control.close()
  t.is(await askPeer(state, '/status'), null)
  await t.throwsAsync(stat(control.address), { code: 'ENOENT' })
})

const LEAVE_SOCKET = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`

test('the socket of a killed process should be replaced, that of a living one refused', async (t) => {
  const state = await temporaryFolder(t)
  const killed = spawn(process.execPath, ['-e', LEAVE_SOCKET, controlAddress(state)])
  await new Promise((done) => killed.once('exit', done))
  t.true((await stat(controlAddress(state))).isSocket())
  t.is(await askPeer(state, '/status'), null)
  await serve(t, state)
  t.not(await askPeer(state, '/status'), null)
  await t.throwsAsync(serve(t, state), { name: 'InvalidInputError', message: /is in use/ })
})

test('what is no socket should not be removed for one', async (t) => {
  const state = await temporaryFolder(t)
  await writeFile(controlAddress(state), 'mine')
  await t.throwsAsync(serve(t, state), { name: 'InvalidInputError', message: /is in use/ })
  t.is((await stat(controlAddress(state))).size, 4)
})

test('a folder whose path is too long for a socket should work all the same', async (t) => {
  const state = join(await temporaryFolder(t), 'a'.repeat(60), 'b'.repeat(60))
  await mkdir(state, { recursive: true })
  const { address } = await serve(t, state)
  t.true(Buffer.byteLength(address) <= 100)
  t.not(await askPeer(state, '/status'), null)
  t.not(controlAddress(state), controlAddress(join(state, 'c')))
})

test('on Windows, the address should be a named pipe of the folder', (t) => {
  t.regex(controlAddress('state', 'win32'), /^\\\\\.\\pipe\\swarmgrad-control-[0-9a-f]{32}$/)
})

test('one replica at a time should be given away', async (t) => {
  const state = await temporaryFolder(t)
  const { promise, resolve } = Promise.withResolvers<Uint8Array>()
  let asked = (): void => {}
  const begun = new Promise<void>((done) => {
    asked = done
  })
  await serve(t, state, () => {
    asked()
    return promise
  })
  const first = askPeer(state, '/replica')
  await begun
  await t.throwsAsync(askPeer(state, '/replica'), { message: /somebody else.*429/ })
  resolve(REPLICA)
  t.is((await first)!.length, REPLICA.length)
  t.is((await askPeer(state, '/replica'))!.length, REPLICA.length, 'and then the next')
})

test('a replica that cannot be made should be an error, and not the last one', async (t) => {
  const state = await temporaryFolder(t)
  let fails = true
  await serve(t, state, async () => {
    if (fails) throw new Error('no')
    return REPLICA
  })
  await t.throwsAsync(askPeer(state, '/replica'), { name: 'RunFailedError', message: /500/ })
  fails = false
  t.not(await askPeer(state, '/replica'), null)
})

test('answers without end and peers that hang should be errors', async (t) => {
  const state = await temporaryFolder(t)
  await serve(t, state, () => new Promise(() => {}))
  await t.throwsAsync(askPeer(state, '/status', { maxBytes: 100 }), { message: /more than 100/ })
  await t.throwsAsync(askPeer(state, '/replica', { silenceMs: 50 }), { message: /not answered/ })
})
