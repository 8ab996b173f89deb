import { readFile, writeFile } from 'node:fs/promises'
import test from 'ava'
import { scanRecords } from '../../src/storage/record-frames.ts'
import { type Home, homeFor, lastHash, runPeer, startPeer } from '../helpers/daemon.ts'
import { flipBit, recordFiles } from '../helpers/state-files.ts'

/** A checkpoint after sixteen rounds, and then none. */
const RARELY = { config: { checkpoint: { everySeconds: 86_400 } } }

const newest = async (home: Home): Promise<string> => (await recordFiles(home)).at(-1)!

/** One that has been killed some rounds after its checkpoint. */
const killed = async (t: Parameters<typeof startPeer>[0], home: Home): Promise<void> => {
  const peer = startPeer(t, home)
  await peer.says('checkpoint')
  await peer.nextRound(3)
  peer.signal('SIGKILL')
  t.like(await peer.exit, { signal: 'SIGKILL' })
}

test('a peer that has ended should end again where it was', async (t) => {
  const home = await homeFor(t, { training: { steps: 80 } })
  t.like(await runPeer(t, home), { code: 0 })
  const hash = await lastHash(home)
  t.like(await runPeer(t, home), { code: 0 })
  t.is(await lastHash(home), hash)
})

test('a record that a kill has torn should be cut off, and be said', async (t) => {
  const home = await homeFor(t, RARELY)
  await killed(t, home)
  const path = await newest(home)
  const bytes = await readFile(path)
  const { offsets } = scanRecords(bytes)
  t.true(offsets.length > 2, 'head and a record')
  const torn = bytes.subarray(offsets.at(-2), offsets.at(-1)! - 5)
  await writeFile(path, Buffer.concat([bytes.subarray(0, offsets.at(-1)), torn]))
  const second = startPeer(t, home)
  t.is((await second.says(/cut off a record/))['bytes'], torn.length)
  const { code, stderr } = await second.stop()
  t.is(code, 0, stderr)
  for (const file of await recordFiles(home)) {
    t.is(scanRecords(await readFile(file)).tail, 'none', file)
  }
})

test('damaged records that are still needed should be refused, with the file and a remedy', async (t) => {
  const home = await homeFor(t, RARELY)
  await killed(t, home)
  const path = await newest(home)
  const before = await readFile(path)
  await flipBit(path)
  const { code, stderr } = await runPeer(t, home)
  t.is(code, 2, stderr)
  t.true(stderr.includes(`${path}: is damaged at byte`), stderr)
  t.regex(stderr, /restore it from a copy.* to become a new peer/)
  // Whoever has such a copy goes on: nothing has been taken away.
  await writeFile(path, before)
  const again = startPeer(t, home)
  const { round } = await again.says('goes on')
  t.is((await again.nextRound()).round >= (round as number), true)
  t.like(await again.stop(), { code: 0 })
})

test('damaged records that a checkpoint has replaced should not matter', async (t) => {
  const home = await homeFor(t, { training: { steps: 400 } })
  t.like(await runPeer(t, home), { code: 0 })
  const hash = await lastHash(home)
  for (const path of await recordFiles(home)) await flipBit(path)
  const { code, stderr } = await runPeer(t, home)
  t.is(code, 0, stderr)
  t.is(await lastHash(home), hash)
})

test('a second process on the same state folder should be refused', async (t) => {
  const home = await homeFor(t)
  const first = startPeer(t, home)
  await first.says('listening')
  const second = await runPeer(t, home)
  t.is(second.code, 2, second.stderr)
  t.regex(second.stderr, new RegExp(`state: is in use by process ${first.pid}\\n`))
  t.like(await first.stop(), { code: 0 })
})
