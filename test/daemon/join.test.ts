/** Swarms that are made, invited to, joined, left and fetched, all by the command line. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { readSafetensorsFile } from '../../src/storage/safetensors.ts'
import type { Running } from '../integration/cli-harness.ts'
import { createPlace, type Place } from '../integration/cli-swarm-harness.ts'

const LOCAL = ['--yes', '--listen', '/ip4/127.0.0.1/tcp/0', '--set', 'http=null']

/** Rounds last, so that all are there before the first is through: alone it would take 3 x 10 s. */
const PACED = { strategy: { name: 'delta-set', density: 0.1, intervalMs: 100 } }

const make = async (
  t: ExecutionContext,
  place: Place,
  ...flags: readonly string[]
): Promise<void> => {
  const { code, stderr } = await place.run('swarm', 'create', '--from', 'scenario', ...flags)
  t.is(code, 0, stderr)
}

/** The link that a member that runs hands out. */
const linkFrom = async (
  t: ExecutionContext,
  place: Place,
  state: string,
  ...flags: readonly string[]
): Promise<string> => {
  const config = ['--config', join(state, 'peer.json')]
  const { code, stdout, stderr } = await place.run(
    'swarm',
    'invite',
    'strangers.swarm',
    ...config,
    ...flags
  )
  t.is(code, 0, stderr)
  return stdout.trim()
}

/** Of the records that it has printed. */
const roundsIn = (stdout: string): readonly number[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).round)

const hashOf = async ({ folder }: Place, state: string): Promise<string> =>
  JSON.parse(await readFile(join(folder, state, 'summary.json'), 'utf8')).replicaHash

const endsWell = async (t: ExecutionContext, { ended }: Running): Promise<string> => {
  const { code, stderr } = await ended
  t.is(code, 0, stderr)
  t.notRegex(stderr, /^ {4}at |unexpected|undefined/m)
  return stderr
}

test('a swarm of strangers should come from one link, end with one replica, and give it to whoever asks', async (t) => {
  const place = await createPlace(t, PACED)
  await make(t, place, '--rounds', '100')
  const serve = ['--set', 'serveAfterSeconds=600']
  const first = place.start('join', 'strangers.swarm', '--state', 'a', ...LOCAL, ...serve)
  await first.said('training: ')
  const link = await linkFrom(t, place, 'a')
  const others = ['b', 'c'].map((state) => place.start('join', link, '--state', state, ...LOCAL))
  const during = await place.run('fetch', link, '--json', '--out', 'during.safetensors')
  t.is(during.code, 0, during.stderr)
  t.like(JSON.parse(during.stdout), { final: false })
  for (const other of others) {
    const stderr = await endsWell(t, other)
    t.true(stderr.includes('asking the member of the link for the manifest'))
    t.regex(stderr, /neighbours? \(\d direct\)/)
    t.true(stderr.includes('end: 100 %, finished'))
  }
  const after = await place.run('fetch', link, '--final', '--json', '--out', 'final.safetensors')
  t.is(after.code, 0, after.stderr)
  const { final, signers, samples } = JSON.parse(after.stdout)
  t.true(final)
  t.true(signers.length >= 1)
  // 100 rounds of 2 steps, of each of 3.
  t.true(samples >= 600, `${samples}`)
  first.child.kill('SIGINT')
  await endsWell(t, first)
  const hashes = await Promise.all(['a', 'b', 'c'].map((state) => hashOf(place, state)))
  t.is(new Set(hashes).size, 1)
  const [fetched, kept] = await Promise.all(
    ['final.safetensors', 'a/replica.safetensors'].map((file) =>
      readSafetensorsFile(join(place.folder, file))
    )
  )
  t.deepEqual(fetched!.tensors, kept!.tensors)
})

test('a peer that joins again should go on where it was, though nobody else is there any more', async (t) => {
  const place = await createPlace(t, PACED)
  await make(t, place, '--rounds', '100000')
  const first = place.start('join', 'strangers.swarm', '--state', 'a', ...LOCAL, '--json')
  await first.said('"msg":"listening"')
  const link = await linkFrom(t, place, 'a')
  const second = place.start('join', link, '--state', 'b', ...LOCAL, '--json')
  // A round is through, so that there is something to go on from.
  await new Promise((done) => second.child.stdout!.once('data', done))
  second.child.kill('SIGINT')
  await endsWell(t, second)
  const left = roundsIn((await second.ended).stdout).at(-1)!
  first.child.kill('SIGINT')
  await endsWell(t, first)
  const again = place.start('join', link, '--state', 'b', ...LOCAL, '--json')
  await new Promise((done) => again.child.stdout!.once('data', done))
  again.child.kill('SIGINT')
  await endsWell(t, again)
  const begun = roundsIn((await again.ended).stdout)[0]!
  // The swarm's clock may have gone on by what the other peer has learnt.
  const others = roundsIn((await first.ended).stdout).at(-1)!
  t.true(begun > left && begun <= Math.max(left, others) + 1, `${begun} after ${left}`)
})

test('by an invite for one, one should come in and the next be told why not', async (t) => {
  const place = await createPlace(t, PACED)
  await make(t, place, '--rounds', '100000', '--admission', 'invite')
  // Who has made the swarm holds its key.
  const first = place.start('join', 'strangers.swarm', '--state', 'a', ...LOCAL)
  await first.said('training: ')
  const link = await linkFrom(t, place, 'a', '--uses', '1')
  const second = place.start('join', link, '--state', 'b', ...LOCAL)
  await second.said('1 neighbour (1 direct)')
  const third = place.start('join', link, '--state', 'c', ...LOCAL)
  await third.said('says that as many have come by this invite as may')
  for (const peer of [third, second, first]) {
    peer.child.kill('SIGINT')
    await endsWell(t, peer)
  }
})
