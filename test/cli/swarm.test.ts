import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { verifyEnvelope } from '../../src/network/door/verify-envelope.ts'
import { peerNameOf } from '../../src/network/peer-name.ts'
import { parseCid } from '../../src/swarm/cid.ts'
import { parseInvite } from '../../src/swarm/invite.ts'
import { parseLink } from '../../src/swarm/link.ts'
import type { Manifest } from '../../src/swarm/manifest.ts'
import { createPlace, type Place, refused } from '../integration/cli-swarm-harness.ts'

interface Created {
  readonly file: string
  readonly cid: string
  readonly creator: string
  readonly key: string
  readonly keyIsNew: boolean
}

const create = async (
  t: ExecutionContext,
  place: Place,
  ...flags: readonly string[]
): Promise<Created & { readonly manifest: Manifest }> => {
  const args = ['swarm', 'create', '--from', 'scenario', '--json', '--force', ...flags]
  const { code, stdout, stderr } = await place.run(...args)
  t.is(code, 0, stderr)
  const created = JSON.parse(stdout) as Created
  const { signed } = await verifyEnvelope(await readFile(created.file), parseCid(created.cid))
  return { ...created, manifest: signed!.manifest }
}

const ADDRESS = '/ip4/192.0.2.7/tcp/4001/p2p/12D3KooWGC6TvWhfajpRX6wvJHYYvKpDMXPb3ZnCZ6dMoaMtimQ5'

test('create should write what its key has signed, and keep the key to its owner', async (t) => {
  const place = await createPlace(t)
  const first = await create(t, place)
  t.is(first.file, join(place.folder, 'strangers.swarm'))
  t.true(first.keyIsNew)
  const { mode, size } = await stat(first.key)
  t.is(mode & 0o777, 0o600)
  t.is(size, 32)
  t.is(first.creator, await peerNameOf(await readFile(first.key)))
  t.like(first.manifest, {
    ...{ name: 'strangers', shards: 3, parameters: 100, creator: first.creator },
    admission: { kind: 'open' },
    sharing: { kind: 'own' }
  })
  const second = await create(t, place)
  t.false(second.keyIsNew)
  t.is(second.cid, first.cid, 'the same document has the same name')
})

test('ends, members, names and admission should go into the manifest', async (t) => {
  const place = await createPlace(t)
  const rounds = await create(t, place, '--rounds', '50', '--members', '5', '--name', 'others')
  t.like(rounds.manifest, { name: 'others', shards: 5, training: { steps: 100 } })
  t.is(rounds.file, join(place.folder, 'others.swarm'))
  // 1000 examples over 3 members one at a time, rounded up.
  const samples = await create(t, place, '--samples', '1000', '--admission', 'invite')
  t.like(samples.manifest, { training: { steps: 334 }, admission: { kind: 'invite' } })
  const peer = ADDRESS.split('/').at(-1)!
  const dated = await create(
    t,
    place,
    '--until',
    '2131-01-02T03:04Z',
    ...['--admission', 'allow-list', '--allow', peer]
  )
  t.is(dated.manifest.ends, Date.UTC(2131, 0, 2, 3, 4))
  t.is(dated.manifest.training.steps, 20)
  t.deepEqual(dated.manifest.admission, { kind: 'allow-list', peers: [peer] })
})

test('invite should print the link and nothing else', async (t) => {
  const place = await createPlace(t)
  const { cid, file } = await create(t, place)
  const { code, stdout, stderr } = await place.run('swarm', 'invite', file, '--peer', ADDRESS)
  t.is(code, 0, stderr)
  t.is(stderr, '')
  t.is(stdout, `${stdout.trim()}\n`)
  t.deepEqual(parseLink(stdout), { cid, peers: [ADDRESS], invite: null })
})

test('a swarm that admits by invites should get a fresh one in every link, on the terms given', async (t) => {
  const place = await createPlace(t)
  const { file } = await create(t, place, '--admission', 'invite')
  const before = Date.now()
  const link = async (...flags: readonly string[]) => {
    const { stdout } = await place.run('swarm', 'invite', file, '--peer', ADDRESS, ...flags)
    return parseInvite(parseLink(stdout).invite!)!
  }
  const [usual, bounded, endless] = [
    await link(),
    await link('--expires', '2h', '--uses', '3'),
    await link('--expires', 'never')
  ]
  t.is(
    new Set([usual, bounded, endless].map(({ seed }) => Buffer.from(seed).toString('hex'))).size,
    3
  )
  t.is(usual.uses, 0)
  const week = 7 * 86_400_000
  t.true(usual.expires >= before + week && usual.expires <= Date.now() + week)
  t.is(bounded.uses, 3)
  t.true(bounded.expires < usual.expires)
  t.is(endless.expires, 0)
})

test('show should explain a manifest, with figures', async (t) => {
  const place = await createPlace(t, {
    model: { name: 'mlp' },
    data: { name: 'glyphs' },
    strategy: { name: 'delta-set', intervalMs: 1000 }
  })
  const { file, cid, creator } = await create(t, place, '--rounds', '7')
  const { code, stdout } = await place.run('swarm', 'show', file)
  t.is(code, 0)
  for (const text of [
    ...['strangers', cid, creator, '101,770 parameters', 'drawn digits', 'anybody', 'verified'],
    ...[
      '42 examples: 7 rounds of each of 3',
      'memory',
      'disk',
      'network',
      'Nothing has been joined'
    ]
  ]) {
    t.true(stdout.includes(text), `'${text}' is not in:\n${stdout}`)
  }
  const json = JSON.parse((await place.run('swarm', 'show', file, '--json')).stdout)
  t.is(json.parameters, 101_770)
  // A delta of 1 % of d: the entropy of its places, a bit for each value, and some 150 bytes; to two others.
  const entropy = -0.01 * Math.log2(0.01) - 0.99 * Math.log2(0.99)
  const round = 2 * ((101_770 * (entropy + 0.01)) / 8 + 150)
  t.true(Math.abs(json.needs.traffic.roundBytes / round - 1) < 0.05)
  // A round a second, as the manifest has it.
  t.is(json.needs.traffic.hourBytes, 3600 * json.needs.traffic.roundBytes)
  t.is(json.needs.traffic.snapshotBytes, 4 * 101_770)
})

test('id should print the peer id that a state folder will have', async (t) => {
  const place = await createPlace(t)
  const { stdout } = await place.run('swarm', 'id', '--state', 'mine')
  t.is(stdout, `${await peerNameOf(await readFile(join(place.folder, 'mine/identity.key')))}\n`)
})

test('create should name everything that is wrong with it', async (t) => {
  const place = await createPlace(t)
  const from = ['swarm', 'create', '--from', 'scenario']
  await refused(
    t,
    place,
    [...from, '--rounds', '0', '--until', 'soon', '--allow', 'me', '--dataset', 'none.json'],
    '4 problems:',
    "--rounds: must be a whole number from 1 to 500000000, is '0'",
    "--until: is no date: 'soon'",
    '--allow: says nothing of a swarm that is open',
    'none.json: cannot be read: no such file or directory'
  )
  await refused(t, place, [...from, '--until', '2001-01-01'], '--until: 2001-01-01 is over')
  await refused(t, place, [...from, '--admission', 'allow-list'], 'needs peers that are allowed')
  await refused(t, place, [...from, '--members', '0'], '--members: must be a whole number')
  await refused(t, place, [...from, '--name', ''], '--name: must have 1 to 100 characters')
  await refused(t, place, ['swarm', 'create', '--from', 'nowhere'], 'nowhere')
  await writeFile(join(place.folder, 'strangers.swarm'), '')
  await refused(t, place, from, '--out:', 'strangers.swarm is there already')
  await refused(
    t,
    place,
    [...from, '--out', 'x.swarm', '--sharing', 'public'],
    'needs the files of none'
  )
})

test('invite should refuse keys and terms that are not those of the swarm', async (t) => {
  const place = await createPlace(t)
  const { file } = await create(t, place, '--admission', 'invite')
  const args = ['swarm', 'invite', file, '--peer', ADDRESS]
  await writeFile(join(place.folder, 'other.key'), Buffer.alloc(32, 7), { mode: 0o600 })
  await refused(t, place, [...args, '--key', 'other.key'], 'is the key of 12D3KooW')
  await refused(t, place, [...args, '--key', 'none.key'], 'there is no')
  await refused(t, place, [...args, '--expires', 'soon'], '--expires: must be a number and one of')
  await refused(t, place, [...args, '--uses', '-1'], '--uses: must be a whole number')
  await refused(t, place, [...args, '--peer', 'here'], '--peer: is no multiaddr of a peer: here')
  const open = await create(t, place, '--name', 'open')
  await refused(
    t,
    place,
    ['swarm', 'invite', open.file, '--uses', '3'],
    '--uses: says nothing here'
  )
})

test('a manifest that has been changed, or is none, should be refused by everybody', async (t) => {
  const place = await createPlace(t)
  const { file } = await create(t, place)
  const bytes = await readFile(file)
  const at = bytes.indexOf('strangers')
  const forged = Buffer.from(bytes)
  forged[at] = 'S'.charCodeAt(0)
  await writeFile(join(place.folder, 'forged.swarm'), forged)
  await writeFile(join(place.folder, 'noise.swarm'), Buffer.alloc(1000, 0xff))
  await writeFile(join(place.folder, 'short.swarm'), bytes.subarray(0, 300))
  await writeFile(join(place.folder, 'long.swarm'), Buffer.alloc((2 << 20) + 1))
  for (const command of [['swarm', 'show'], ['swarm', 'invite'], ['join'], ['fetch']]) {
    await refused(t, place, [...command, 'forged.swarm'], 'was not made by 12D3KooW')
  }
  await refused(t, place, ['swarm', 'show', 'noise.swarm'], 'noise.swarm: envelope')
  await refused(t, place, ['swarm', 'show', 'short.swarm'], 'short.swarm: envelope')
  await refused(t, place, ['swarm', 'show', 'long.swarm'], 'is too large for a manifest')
  await refused(t, place, ['swarm', 'show', '.'], 'is no file')
  await refused(t, place, ['swarm', 'show', 'nothing'], 'nothing: is neither a link nor a file')
  await refused(
    t,
    place,
    ['swarm', 'show', 'swarmgrad:bafy'],
    'link: is no CID of a manifest: bafy'
  )
})
