import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import test from 'ava'
import type { Checkup } from '../../src/report/checkup.ts'
import { formatLink } from '../../src/swarm/link.ts'
import { startProgram, temporaryFolder } from '../helpers/program.ts'
import { memberOf, signedSwarm } from '../integration/door-place.ts'

test('doctor says what this machine computes with', async (t) => {
  const { code, stdout, stderr } = await startProgram(t, ['doctor']).exit
  t.is(code, 0)
  t.is(stderr, '')
  t.regex(stdout, /^Node +\d+\.\d+\.\d+ on \w+, \w+$/m)
  t.regex(stdout, /^backend +through +state +smoke test +note$/m)
  t.regex(stdout, /^\w+ +.* +taken +\d+ ms +for .*mlp/m)
  t.regex(stdout, /\n\n(Faster on this machine: {2}npm \S.*|Nothing that could be .*)\n/)
})

test('doctor --json prints one document and nothing else', async (t) => {
  const { code, stdout, stderr } = await startProgram(t, ['doctor', '--json']).exit
  t.is(code, 0)
  t.is(stderr, '')
  const { node, cores, backends }: Checkup = JSON.parse(stdout)
  t.is(node, process.versions.node)
  t.true(cores >= 1)
  t.deepEqual(
    backends.map(({ backend }) => backend),
    ['tensorflow', 'tensorflow', 'webgpu', 'wasm', 'wasm', 'cpu']
  )
  t.is(backends.filter(({ models }) => models.includes('mlp')).length, 1)
  // These two need nothing that is not installed with swarmgrad.
  for (const backend of ['wasm', 'cpu']) {
    for (const check of backends.filter((it) => it.backend === backend)) {
      t.is(check.smokeTest, 'passed', `${backend} (${check.through}): ${check.reason}`)
    }
  }
})

test('doctor takes a link and nothing else', async (t) => {
  const [word, two] = await Promise.all([
    startProgram(t, ['doctor', 'aspirin']).exit,
    startProgram(t, ['doctor', 'two', 'words']).exit
  ])
  t.is(word.code, 2)
  t.is(word.stdout, '')
  t.regex(word.stderr, /aspirin: is neither a link nor a file/)
  t.is(two.code, 2)
  t.regex(two.stderr, /too many arguments/)
})

test('a link with a member that answers and an address that does not', async (t) => {
  const swarm = await signedSwarm()
  const member = await memberOf(t, swarm, 1)
  const [address] = member.network.addresses()
  const dead = address!.replace(/tcp\/\d+/, 'tcp/1')
  const link = formatLink({ cid: swarm.cid, peers: [dead, address!], invite: null })
  const state = await temporaryFolder(t)
  const { code, stdout } = await startProgram(t, ['doctor', link, '--state', state]).exit
  t.is(code, 0, stdout)
  t.regex(
    stdout,
    /^manifest {2}strangers, .* from \.\.\w{8}: its hash and its creator's signature/m
  )
  t.regex(stdout, /^members {3}open to everybody$/m)
  t.regex(stdout, /^clock {5}0\.\d s (behind|ahead of) one member's$/m)
  t.regex(
    stdout,
    /answers +[\d.]+ ms +swarmgrad 0\.1\.0, round trip [\d.]+ ms, lets strangers in$/m
  )
  t.regex(stdout, /fails +- +refused the connection/m)
  t.regex(stdout, /^1 problem:$/m)
  t.regex(stdout, /works here all the same\.$/m)
})

test('a link that leads nowhere, into a folder whose port is taken', async (t) => {
  const swarm = await signedSwarm()
  const state = await temporaryFolder(t)
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const listen = [`/ip4/127.0.0.1/tcp/${(server.address() as AddressInfo).port}`]
  const document = { manifest: swarm.manifest, listen, state: '.' }
  await writeFile(join(state, 'peer.json'), JSON.stringify(document))
  const peers = [`/ip4/127.0.0.1/tcp/1/p2p/${swarm.manifest.creator}`]
  const link = formatLink({ cid: swarm.cid, peers, invite: null })
  const { code, stdout } = await startProgram(t, ['doctor', link, '--state', state, '--json']).exit
  t.is(code, 1)
  const { usable, ports, troubles, swarm: found }: Checkup = JSON.parse(stdout)
  t.false(usable)
  t.is(ports[0]?.state, 'held')
  if (process.platform === 'linux')
    t.regex(ports[0]!.holder!, new RegExp(`process ${process.pid}$`))
  t.is(found?.addresses[0]?.failure?.kind, 'refused')
  t.is(found?.manifest.state, 'missing')
  t.deepEqual(
    troubles.flatMap(({ about, essential }) => (essential ? [about] : [])),
    ['ports', 'link']
  )
})
