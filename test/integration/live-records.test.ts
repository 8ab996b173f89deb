import type { ChildProcess } from 'node:child_process'
import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { peerSummarySchema } from '../../src/storage/peer-summary.ts'
import { scanRecords } from '../../src/storage/record-frames.ts'
import { ROOT, startProgram, temporaryFolder } from '../helpers/program.ts'

interface Place {
  readonly folder: string
  readonly config: string
}

/** A swarm of one, with so many rounds. */
const lonely = async (t: ExecutionContext, rounds: number): Promise<Place> => {
  const folder = await temporaryFolder(t)
  const { manifest, ...config } = JSON.parse(
    await readFile(join(ROOT, 'peers/first/peer.json'), 'utf8')
  )
  const training = { ...manifest.training, localSteps: 1, steps: rounds }
  const document = {
    ...config,
    listen: ['/ip4/127.0.0.1/tcp/0'],
    manifest: { ...manifest, shards: 1, training, strategy: { name: 'delta-set' } }
  }
  const path = join(folder, 'peer.json')
  await writeFile(path, JSON.stringify(document))
  return { folder, config: path }
}

const recordFile = async ({ folder }: Place): Promise<string> => {
  const state = join(folder, 'state')
  const names = await readdir(state)
  return join(state, names.find((name) => name.startsWith('records-'))!)
}

const hashOf = async ({ folder }: Place): Promise<string | null> => {
  const text = await readFile(join(folder, 'state/summary.json'), 'utf8')
  return peerSummarySchema.parse(JSON.parse(text)).replicaHash
}

const listening = (child: ChildProcess): Promise<void> =>
  new Promise((done) => {
    child.stderr!.on('data', (text: Buffer) => {
      if (text.includes('"msg":"listening"')) done()
    })
  })

const run = (t: ExecutionContext, { config }: Place) =>
  startProgram(t, ['peer', '--config', config]).exit

test('a peer should take up from its records alone where it has ended', async (t) => {
  const place = await lonely(t, 20)
  t.like(await run(t, place), { code: 0 })
  const hash = await hashOf(place)
  t.like(await run(t, place), { code: 0 })
  t.is(await hashOf(place), hash)
})

test('a record that a kill has torn should be cut off, and be said', async (t) => {
  const place = await lonely(t, 1_000_000)
  const first = startProgram(t, ['peer', '--config', place.config, '--json'])
  await new Promise<void>((done) => void first.child.stdout!.once('data', () => done()))
  first.child.kill('SIGKILL')
  t.like(await first.exit, { signal: 'SIGKILL' })
  const path = await recordFile(place)
  const bytes = await readFile(path)
  const { offsets } = scanRecords(bytes)
  t.true(offsets.length > 2, 'head and a record')
  const torn = bytes.subarray(offsets.at(-2), offsets.at(-1)! - 5)
  await writeFile(path, Buffer.concat([bytes.subarray(0, offsets.at(-1)), torn]))
  const second = startProgram(t, ['peer', '--config', place.config])
  await listening(second.child)
  second.child.kill('SIGTERM')
  const { code, stderr } = await second.exit
  t.is(code, 0, stderr)
  t.true(stderr.includes(`"bytes":${torn.length},"msg":"cut off a record`), stderr)
  t.is(scanRecords(await readFile(path)).tail, 'none')
})

test('a peer with damaged records should be refused, with the file and a remedy', async (t) => {
  const place = await lonely(t, 8)
  t.like(await run(t, place), { code: 0 })
  const path = await recordFile(place)
  const bytes = await readFile(path)
  bytes[bytes.length >> 1]! ^= 1
  await writeFile(path, bytes)
  const { code, stderr } = await run(t, place)
  t.is(code, 2)
  t.true(stderr.includes(`${path}: is damaged at byte`), stderr)
  t.regex(stderr, /new peer/)
})

test('a peer that can keep nothing any more should end, with the file and a remedy', async (t) => {
  const place = await lonely(t, 1_000_000)
  const { child, exit } = startProgram(t, ['peer', '--config', place.config])
  await listening(child)
  await rename(join(place.folder, 'state'), join(place.folder, 'gone'))
  const { code, stderr } = await exit
  t.is(code, 1, stderr)
  t.regex(stderr, /cannot keep records in \S+records-\S+: ENOENT .*free some space/)
})

test('a second process on the same state folder should be refused', async (t) => {
  const place = await lonely(t, 1_000_000)
  const { child, exit } = startProgram(t, ['peer', '--config', place.config])
  await listening(child)
  const second = await run(t, place)
  t.is(second.code, 2, second.stderr)
  t.regex(second.stderr, /state: is in use by another process/)
  child.kill('SIGTERM')
  t.like(await exit, { code: 0 })
})
