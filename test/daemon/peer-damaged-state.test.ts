/** Files of the state folder that are not what they were, met by the real program. */
import { chmod, cp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { loadReplica } from '../../src/storage/replica-file.ts'
import { configure, type Home, homeFor, lastHash, runPeer, startPeer } from '../helpers/daemon.ts'
import { checkpointFolders, flipBit, recordFiles, truncate } from '../helpers/state-files.ts'
import { DIGITS } from '../integration/peer-place.ts'

/** Peers whose end is not far. */
const ROUNDS = 60
const SHORT = { training: { steps: 4 * ROUNDS } }
/** Every file in every way: test/unit/storage/state-damage.test.ts. */
const DAMAGES = [
  ['checkpoint.json', truncate],
  ['replica.safetensors', flipBit],
  ['state.safetensors', truncate],
  ['protocol.cbor', flipBit]
] as const

/** It has come to its end, and to this replica. */
const ended = async (t: ExecutionContext, home: Home): Promise<string> => {
  const { code, stderr } = await runPeer(t, home)
  t.is(code, 0, stderr)
  return lastHash(home)
}

const newestCheckpoint = async (home: Home): Promise<string> =>
  (await checkpointFolders(home)).at(-1)!

test('a damaged file of a checkpoint should give way to the one before, which is said', async (t) => {
  const home = await homeFor(t)
  for (const [file, damage] of [[null, truncate] as const, ...DAMAGES]) {
    const before = file === null ? [] : await checkpointFolders(home)
    if (file !== null) await damage(join(before.at(-1)!, file))
    const peer = startPeer(t, home)
    if (file !== null) {
      const { msg, level } = await peer.says(/is damaged/)
      t.is(level, 40)
      t.true(msg.includes(`the checkpoint ${before.at(-1)} is damaged (${file}`), msg)
      t.true(msg.includes(`in ${before.at(-2)} and`), msg)
      await peer.statusOnce(({ alarms }) => alarms.some(({ name }) => name === 'state-damaged'))
    }
    // One more, so that there are two again.
    await peer.says('checkpoint')
    const { code, stderr } = await peer.stop()
    t.is(code, 0, stderr)
  }
})

test('without any whole checkpoint a lonely peer should sign nothing, wait, and say what to do', async (t) => {
  const home = await homeFor(t)
  const first = startPeer(t, home)
  await first.says('checkpoint')
  t.like(await first.stop(), { code: 0 })
  for (const path of await checkpointFolders(home)) await flipBit(join(path, 'protocol.cbor'))
  const before = await Promise.all((await recordFiles(home)).map((path) => readFile(path)))
  const second = startPeer(t, home)
  const { msg } = await second.says(/no whole checkpoint is left/)
  t.regex(msg, /takes the rest from its neighbours.*if there are none, move the state folder away/)
  const { line } = await second.statusOnce(({ phase }) => phase === 'joining')
  t.regex(line, /^waiting for the first neighbour.*but a file was damaged$/)
  t.like(await second.stop(), { code: 0 })
  const after = await Promise.all((await recordFiles(home)).map((path) => readFile(path)))
  t.deepEqual(after, before)
})

test('an identity key of another length should be refused, and be good again once it is restored', async (t) => {
  const home = await homeFor(t, SHORT)
  const hash = await ended(t, home)
  const path = join(home.state, 'identity.key')
  const key = await readFile(path)
  await truncate(path)
  const { code, stderr } = await runPeer(t, home)
  t.is(code, 2)
  t.true(stderr.includes(`${path}: an identity is 32 bytes, this file has 16`), stderr)
  t.regex(stderr, /restore the file, or remove it to become a new peer/)
  await writeFile(path, key)
  t.is(await ended(t, home), hash)
})

test('an identity key with a flipped bit should be told from the one that the state belongs to', async (t) => {
  const home = await homeFor(t, SHORT)
  const hash = await ended(t, home)
  const path = join(home.state, 'identity.key')
  const [owner] = await recordFiles(home)
  await flipBit(path)
  const stranger = startPeer(t, home)
  const { level, msg } = await stranger.says(/is of another peer/)
  t.is(level, 40)
  t.true(msg.includes(basename(dirname(owner!)).slice(-16)), msg)
  t.like(await stranger.exit, { code: 0 })
  await flipBit(path)
  t.is(await ended(t, home), hash)
})

test('an identity key that others may read should be refused with the command that mends it', async (t) => {
  const home = await homeFor(t, SHORT)
  const hash = await ended(t, home)
  const path = join(home.state, 'identity.key')
  await chmod(path, 0o644)
  const { code, stderr } = await runPeer(t, home)
  t.is(code, 2)
  t.true(stderr.includes(`${path}: may be read or written by others`), stderr)
  t.true(stderr.includes(`(mode 0644)\n    chmod 600 ${path}\n`), stderr)
  t.is((await stat(path)).mode & 0o777, 0o644, 'nothing is mended behind the back of the operator')
  await chmod(path, 0o600)
  t.is(await ended(t, home), hash)
})

test('a damaged peer book, curve, summary and replica should not hold a peer up', async (t) => {
  const home = await homeFor(t, SHORT)
  const hash = await ended(t, home)
  const of = (name: string): string => join(home.state, name)
  await writeFile(of('peers.json'), '{"format":"swarmgrad/peers/1","peers":[{"na')
  await truncate(of('metrics.jsonl'))
  await flipBit(of('metrics.jsonl'), 0)
  await flipBit(of('summary.json'), 0)
  await truncate(of('replica.safetensors'))
  const { code, stderr } = await runPeer(t, home)
  t.is(code, 0, stderr)
  t.true(stderr.includes(`${of('peers.json')} is no JSON`), stderr)
  t.true(stderr.includes(`set aside as ${of('peers.json')}.damaged`), stderr)
  t.regex(stderr, /"lines":[12],"msg":"lines of metrics.jsonl are damaged/)
  t.is(await lastHash(home), hash, 'the summary is whole again')
  await t.notThrowsAsync(loadReplica(of('replica.safetensors'), DIGITS.layout))
})

test('a file where the control socket should be is refused with the remedy, and is not removed', async (t) => {
  const home = await homeFor(t, SHORT)
  const hash = await ended(t, home)
  const path = join(home.state, 'control.sock')
  await writeFile(path, 'mine')
  const { code, stderr } = await runPeer(t, home)
  t.is(code, 2, stderr)
  t.true(stderr.includes(`${path}: is in use\n`), stderr)
  t.regex(stderr, /or remove what is there/)
  t.is(await readFile(path, 'utf8'), 'mine')
  await rm(path)
  t.is(await ended(t, home), hash)
})

test('the socket of a peer that was killed should not be in the way', async (t) => {
  const home = await homeFor(t)
  const first = startPeer(t, home)
  await first.answers()
  first.signal('SIGKILL')
  await first.exit
  const second = startPeer(t, home)
  await second.answers()
  t.is((await second.status()).pid, second.pid)
  t.like(await second.stop(), { code: 0 })
})

test('a checkpoint of another swarm should be refused by name, and nothing be touched', async (t) => {
  const home = await homeFor(t, SHORT)
  const hash = await ended(t, home)
  const [own] = await checkpointFolders(home)
  const foreign = await homeFor(t, { ...SHORT, manifest: { seed: 2 } })
  await ended(t, foreign)
  const moved = join(dirname(own!), '0000000099')
  await cp(await newestCheckpoint(foreign), moved, { recursive: true })
  const { code, stderr } = await runPeer(t, home)
  t.is(code, 2)
  t.true(stderr.includes(`${moved}: is a checkpoint of another swarm (manifest `), stderr)
  t.regex(stderr, /move it out of this folder/)
  await rm(moved, { recursive: true })
  t.is(await ended(t, home), hash)
})

test('checkpoints of a later version should be refused, and still be there for it', async (t) => {
  const home = await homeFor(t, SHORT)
  const hash = await ended(t, home)
  const documents = (await checkpointFolders(home)).map((path) => join(path, 'checkpoint.json'))
  const texts = await Promise.all(documents.map((path) => readFile(path, 'utf8')))
  const later = (text: string): string =>
    text.replace('swarmgrad/checkpoint/1', 'swarmgrad/checkpoint/9')
  for (const [i, path] of documents.entries()) await writeFile(path, later(texts[i]!))
  const { code, stderr } = await runPeer(t, home)
  t.is(code, 2)
  t.true(stderr.includes(documents.at(-1)!), stderr)
  t.regex(stderr, /is of another version: swarmgrad\/checkpoint\/9 \(this program reads .*\/1\)/)
  t.regex(stderr, /start the version of the program that has written it/)
  for (const [i, path] of documents.entries()) {
    t.is(await readFile(path, 'utf8'), later(texts[i]!))
    await writeFile(path, texts[i]!)
  }
  t.is(await ended(t, home), hash)
})

test('another manifest in the document should begin anew beside the old state', async (t) => {
  const home = await homeFor(t, SHORT)
  const hash = await ended(t, home)
  await configure(home, { ...SHORT, manifest: { seed: 2 } })
  t.not(await ended(t, home), hash)
  await configure(home, SHORT)
  t.is(await ended(t, home), hash)
})
