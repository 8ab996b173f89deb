/** What keeps `swarmgrad join` and `fetch` from going on, before there is a peer. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import test from 'ava'
import { makeInvite, signEnvelope } from '../../src/network/door/signing.ts'
import { freePorts } from '../../src/simulation/live/ports.ts'
import { inviteText } from '../../src/swarm/invite.ts'
import { formatLink } from '../../src/swarm/link.ts'
import { layoutOf } from '../../src/vector/layout.ts'
import { CREATOR_SEED, manifestOf } from '../helpers/signed-swarm.ts'
import { createPlace, type Place, refused } from '../integration/cli-swarm-harness.ts'

const PEER = '12D3KooWGC6TvWhfajpRX6wvJHYYvKpDMXPb3ZnCZ6dMoaMtimQ5'

/** A manifest's file in the place, and its CID. */
const signed = async (place: Place, name: string, fields: object = {}) => {
  const manifest = manifestOf({ name, ...fields })
  const envelope = await signEnvelope(manifest, CREATOR_SEED)
  await writeFile(join(place.folder, `${name}.swarm`), envelope.bytes)
  return { manifest, ...envelope }
}

test('a join that finds nobody should say for each address why, and go on until it is stopped', async (t) => {
  const place = await createPlace(t)
  const { cid } = await signed(place, 'lonely')
  const [refusing] = await freePorts(1)
  // Takes every call and says nothing that a peer would.
  const babbler = createServer((socket) => {
    socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n')
  }).listen(0, '127.0.0.1')
  t.teardown(() => babbler.close())
  await new Promise((listening) => babbler.once('listening', listening))
  const { port } = babbler.address() as { port: number }
  const peers = [
    `/ip4/127.0.0.1/tcp/${refusing}/p2p/${PEER}`,
    `/ip4/127.0.0.1/tcp/${port}/p2p/${PEER}`,
    `/dns4/nowhere.invalid/tcp/4001/p2p/${PEER}`
  ]
  const link = formatLink({ cid, peers, invite: null })
  const { child, said, ended } = place.start('join', link, '--state', 'mine')
  await said('nobody has it yet; all are asked again in 5 s')
  child.kill('SIGINT')
  const { code, stderr } = await ended
  t.is(code, 1)
  t.true(stderr.includes('refused the connection'))
  t.regex(stderr, /nowhere\.invalid/)
  for (const address of peers) t.true(stderr.includes(`  ${address}\n    `), stderr)
  t.true(stderr.includes('stopped before the manifest was found'))
  t.notRegex(stderr, /^ {4}at |unexpected|undefined/m)
  t.deepEqual((await readdir(place.folder)).sort(), ['lonely.swarm', 'scenario'])
})

test('show and fetch should ask once, and name every address that failed', async (t) => {
  const place = await createPlace(t)
  const { cid } = await signed(place, 'lonely')
  const [port] = await freePorts(1)
  const address = `/ip4/127.0.0.1/tcp/${port}/p2p/${PEER}`
  const link = formatLink({ cid, peers: [address], invite: null })
  for (const command of [['swarm', 'show'], ['fetch']]) {
    const { code, stdout, stderr } = await place.run(...command, link)
    t.is(code, 1)
    t.is(stdout, '')
    t.true(stderr.includes(`  ${address}\n    refused the connection`), stderr)
    t.regex(stderr, /swarmgrad: none of the 1 addresses of the link has the manifest/)
  }
  const bare = await place.run('swarm', 'show', formatLink({ cid, peers: [], invite: null }))
  t.is(bare.code, 1)
  t.regex(bare.stderr, /names no address of a member, and nobody on the local network/)
  await refused(t, place, ['fetch', 'lonely.swarm'], 'names no address of a member to ask')
})

test('bad links should be refused at once', async (t) => {
  const place = await createPlace(t)
  await refused(t, place, ['join', 'swarmgrad:nothing'], 'link: is no CID of a manifest: nothing')
  await refused(t, place, ['join', 'https://example.org'], 'is neither a link nor a file')
  const { cid } = await signed(place, 'some')
  await refused(t, place, ['join', `swarmgrad:${cid}?peer=here`], 'link.peer: is no multiaddr')
  await refused(t, place, ['join', `swarmgrad:${cid}?invite=x`], 'link.invite: is no invite')
  await refused(t, place, ['join', `swarmgrad:${cid}?pear=x`], 'did you mean peer?')
})

test('what the swarm needs and is not given should be named before anything is written', async (t) => {
  const place = await createPlace(t)
  const table = {
    model: { name: 'mlp' },
    data: { name: 'csv', label: 'y' },
    sharing: { kind: 'own' }
  }
  await signed(place, 'table', table)
  await refused(
    t,
    place,
    ['join', 'table.swarm', '--state', 'mine'],
    '--data: missing: in this swarm'
  )
  const custom = { model: { name: 'custom', program: 'somebody/else 1' } }
  await signed(place, 'custom', custom)
  await refused(
    t,
    place,
    ['join', 'custom.swarm', '--state', 'mine'],
    '--trainer: missing',
    'somebody/else 1'
  )
  const { hash: layout } = layoutOf([{ name: 'x', shape: [64] }])
  await signed(place, 'plain', { layout })
  const plain = ['join', 'plain.swarm', '--state', 'mine']
  await refused(
    t,
    place,
    [...plain, '--set', 'limits.connections=0'],
    'limits.connections: must be at least 1'
  )
  await refused(t, place, [...plain, '--set', 'nonsense'], '--set nonsense: must be a dotted path')
  await refused(t, place, [...plain, '--role', 'bootstrap'], 'argument')
  await refused(t, place, [...plain, '--listen', 'here'], 'not a multiaddr: here')
  t.false((await readdir(join(place.folder, 'mine'))).includes('peer.json'))
})

test('a peer that would not be let in should be told so, with its id', async (t) => {
  const place = await createPlace(t)
  const listed = { admission: { kind: 'allow-list', peers: [PEER] } }
  await signed(place, 'listed', listed)
  const { stdout: id } = await place.run('swarm', 'id', '--state', 'mine')
  await refused(
    t,
    place,
    ['join', 'listed.swarm', '--state', 'mine'],
    'link: may be joined by those on its list only',
    id.trim()
  )
  const { cid, hash } = await signed(place, 'invited', { admission: { kind: 'invite' } })
  await refused(t, place, ['join', 'invited.swarm', '--state', 'mine'], 'has no invite')
  // The manifest is at hand, so that nobody has to be asked for it.
  await mkdir(join(place.folder, 'mine'), { recursive: true })
  const bytes = await readFile(join(place.folder, 'invited.swarm'))
  await writeFile(join(place.folder, 'mine', 'manifest.swarm'), bytes)
  const by = async (seed: Uint8Array, expires: number): Promise<string> => {
    const invite = inviteText(await makeInvite(hash, seed, { expires, uses: 0 }))
    return formatLink({ cid, peers: [], invite })
  }
  const old = await by(CREATOR_SEED, Date.UTC(2021, 0, 1))
  await refused(
    t,
    place,
    ['join', old, '--state', 'mine'],
    'has expired: it was good until 2021-01-01'
  )
  const forged = await by(new Uint8Array(32).fill(3), 0)
  await refused(t, place, ['join', forged, '--state', 'mine'], 'is not one that 12D3KooW')
})

test('a folder in which a peer of another swarm lives should be left alone', async (t) => {
  const place = await createPlace(t)
  const { manifest } = await signed(place, 'first')
  await signed(place, 'second')
  await mkdir(join(place.folder, 'mine'))
  const document = JSON.stringify({ manifest, state: '.' })
  await writeFile(join(place.folder, 'mine', 'peer.json'), document)
  await refused(
    t,
    place,
    ['join', 'second.swarm', '--state', 'mine'],
    'holds a peer of another swarm, first'
  )
  t.is(await readFile(join(place.folder, 'mine', 'peer.json'), 'utf8'), document)
})
