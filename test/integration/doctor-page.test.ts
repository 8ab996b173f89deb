import test from 'ava'
import {
  backendsOf,
  type Checkup,
  type Findings,
  type SwarmCheck
} from '../../src/report/checkup.ts'
import { checkupOf } from '../../src/report/checkup-of.ts'
import { doctorPage } from '../../src/report/doctor-page.ts'
import { diagnose } from '../../src/training/backends/diagnose.ts'
import { candidateOf, failed, passed } from '../unit/training/backends/candidates-for-tests.ts'
import { ICD, nvidiaSystem, systemOf } from '../unit/training/backends/systems.ts'

const COMPUTER = {
  node: '24.21.0',
  cpu: 'A CPU',
  cores: 8,
  memoryBytes: 16e9,
  freeMemoryBytes: 4e9,
  disk: { folder: '/home/me/peer', freeBytes: 50e9, reason: null },
  ports: [{ address: '/ip4/0.0.0.0/tcp/0', state: 'free', holder: null, code: null }],
  swarm: null
} as const

const NOW = 1_800_000_000_000

const pageOf = (findings: Findings): string => doctorPage(checkupOf(findings, NOW))

test('a machine with a GPU that nothing is installed for', async (t) => {
  const candidates = [
    candidateOf('tensorflow', failed('not installed', 'npm install it')),
    candidateOf('webgpu', failed('wrong numbers: matmul gives 0, not 3234')),
    candidateOf(
      'wasm',
      { ...passed('programs'), notice: 'no vector instructions' },
      {
        serves: (model) => model === 'mlp' || model === 'gpt'
      }
    ),
    candidateOf('cpu', passed('tfjs 4.22.0'), { serves: (model) => model === 'mlp' })
  ]
  const system = nvidiaSystem({ [`${ICD}/nvidia_icd.json`]: '{}' })
  t.is(
    pageOf({ ...COMPUTER, ...backendsOf(await diagnose(candidates, system)) }),
    `Node      24.21.0 on linux, x64
CPU       A CPU, 8 cores
memory    16.0 GB, 4.0 GB of it free
disk      50.0 GB free for /home/me/peer
GPU       NVIDIA GeForce RTX 4090 (Vulkan), NVIDIA's driver 550.54.15
ports     /ip4/0.0.0.0/tcp/0: any free port will do
clock     not checked: only members of a swarm are asked, and no link was given
NAT       not checked: only members of a swarm are asked, and no link was given
relay     not checked: only members of a swarm are asked, and no link was given

backend     through             state    smoke test  note
tensorflow  tensorflow-package  skipped     not run  not installed
webgpu      webgpu-package      skipped      failed  wrong numbers: matmul gives 0, not 3234
wasm        programs            taken         12 ms  for mlp, gpt; no vector instructions
cpu         tfjs 4.22.0         ready         12 ms  not needed: others come first

Faster on this machine:  npm install it

No problems.`
  )
})

test('a machine without a GPU', async (t) => {
  const candidates = [candidateOf('wasm', passed('programs'))]
  const page = pageOf({
    ...COMPUTER,
    cores: 1,
    ...backendsOf(await diagnose(candidates, systemOf({})))
  })
  t.regex(page, /^CPU {7}A CPU, 1 core$/m)
  t.regex(page, /^GPU {7}none found$/m)
  t.regex(page, /\n\nNothing that could be installed is known to be faster on this machine\.\n/)
})

const healthy = async (): Promise<Findings> => {
  const candidates = [candidateOf('wasm', passed('programs'))]
  return { ...COMPUTER, ...backendsOf(await diagnose(candidates, systemOf({}))) }
}

const troublesOf = (checkup: Checkup): readonly string[] =>
  checkup.troubles.map(({ about, essential }) => `${about}${essential ? '!' : ''}`)

test('a machine that lacks everything: one line of advice for each', async (t) => {
  const checkup = checkupOf(
    {
      ...(await healthy()),
      node: '22.17.0',
      freeMemoryBytes: 1e8,
      backends: [],
      disk: { folder: '/full', freeBytes: 1e6, reason: null },
      ports: [
        { address: '/ip4/0.0.0.0/tcp/4001', state: 'held', holder: 'nginx, process 7', code: null },
        { address: '/ip4/9.9.9.9/tcp/80', state: 'refused', holder: null, code: 'EADDRNOTAVAIL' },
        { address: '/unix/a', state: 'unknown', holder: null, code: null }
      ]
    },
    NOW
  )
  t.false(checkup.usable)
  const expected = ['Node!', 'memory', 'disk!', 'backends!', 'ports!', 'ports!', 'ports!']
  t.deepEqual(troublesOf(checkup), expected)
  const page = doctorPage(checkup)
  t.regex(page, /^7 problems:$/m)
  t.regex(
    page,
    /^ {2}! ports: \/ip4\/0\.0\.0\.0\/tcp\/4001: nginx, process 7 listens there already\n {4}end it/m
  )
  t.regex(page, /^A peer cannot work before what is marked with ! is repaired\.$/m)
})

test('a folder that cannot be written to', async (t) => {
  const disk = { folder: '/root/x', freeBytes: 9e9, reason: '/root cannot be written to: EACCES' }
  const checkup = checkupOf({ ...(await healthy()), disk }, NOW)
  t.deepEqual(troublesOf(checkup), ['disk!'])
})

const NAME = '12D3KooWGBfKqTqgQ3x9xhLdhYNhNhJvDDJsNiwqZ5Zbf5Q9MXdZ'
const ADDRESS = `/ip4/203.0.113.9/tcp/4001/p2p/${NAME}`
const GONE = `/dns4/gone.example/tcp/4001/p2p/${NAME}`

const MEMBER = {
  peer: NAME,
  agent: 'js-libp2p/2.10.0',
  roundTripMs: 31.4,
  observed: '/ip4/198.51.100.7/tcp/50000',
  door: { refusal: null, program: 'swarmgrad 0.1.0' },
  clockAheadMs: 240,
  dialledBack: 'not-reached',
  relay: { state: 'reserved', seconds: 7200, bytes: 64e6 }
} as const

const NAT = {
  verdict: 'private',
  observed: [MEMBER.observed],
  translated: true,
  mapping: 'one',
  why: null
} as const

const SWARM: SwarmCheck = {
  cid: 'bafyexample',
  addresses: [
    { address: ADDRESS, failure: null, milliseconds: 12.3 },
    {
      address: GONE,
      failure: { kind: 'dns', said: 'DNS knows no gone.example', advice: 'check its spelling' },
      milliseconds: null
    }
  ],
  members: [MEMBER],
  nat: NAT,
  manifest: {
    state: 'verified',
    name: 'digits',
    bytes: 1234,
    from: NAME,
    admission: 'invite',
    ends: null
  },
  invite: 'good',
  listed: null
}

test('a swarm that can be joined from behind a NAT', async (t) => {
  const checkup = checkupOf({ ...(await healthy()), swarm: SWARM }, NOW)
  t.true(checkup.usable)
  const page = doctorPage(checkup)
  t.true(
    page.endsWith(`swarm     bafyexample
manifest  digits, 1.2 kB from ..f5Q9MXdZ: its hash and its creator's signature are right
members   by invite; the invite of the link is good
clock     0.2 s behind one member's
NAT       strangers cannot call this machine: a NAT or a firewall is in the way; seen as /ip4/198.51.100.7/tcp/50000; one address for all that it calls, so holes can be punched
relay     ..f5Q9MXdZ: a place could be had, 64.0 MB and 120 min for one connection

address                                     state    connect  note
/ip4/203.0.113.9/tcp/4001/p2p/..f5Q9MXdZ    answers    12 ms  swarmgrad 0.1.0, round trip 31 ms, lets strangers in, relays
/dns4/gone.example/tcp/4001/p2p/..f5Q9MXdZ  fails          -  DNS knows no gone.example

1 problem:
  - /dns4/gone.example/tcp/4001/p2p/..f5Q9MXdZ: DNS knows no gone.example
    check its spelling
A peer of this swarm works here all the same.`),
    page
  )
})

test('what keeps a peer out of a swarm, and what does not', async (t) => {
  const findings = await healthy()
  const found = (changes: Partial<SwarmCheck>): readonly string[] =>
    troublesOf(checkupOf({ ...findings, swarm: { ...SWARM, addresses: [], ...changes } }, NOW))
  const refusing = (refusal: 'no-invite' | 'not-listed' | 'version' | 'full') => ({
    members: [{ ...MEMBER, door: { refusal, program: 'swarmgrad 0.1.0' } }]
  })
  const missing = { state: 'missing', reason: 'it hung up', advice: 'ask again' } as const
  const verified = SWARM.manifest as Extract<SwarmCheck['manifest'], { state: 'verified' }>
  t.deepEqual(found({}), [])
  t.deepEqual(found({ members: [] }), ['link'])
  t.deepEqual(found({ members: [], addresses: SWARM.addresses.slice(1) }).slice(1), ['link!'])
  t.deepEqual(found(refusing('no-invite')), [])
  t.deepEqual(found({ ...refusing('no-invite'), invite: 'none' }), ['swarm!'])
  t.deepEqual(found({ ...refusing('not-listed'), listed: true }), [])
  t.deepEqual(found(refusing('not-listed')), ['swarm'])
  t.deepEqual(found({ ...refusing('not-listed'), listed: false }), ['swarm!'])
  t.deepEqual(found(refusing('version')), ['swarm!'])
  t.deepEqual(found(refusing('full')), ['swarm'])
  // One that lets them in is enough.
  t.deepEqual(found({ members: [MEMBER, ...refusing('version').members] }), ['swarm'])
  t.deepEqual(found({ invite: 'expired' }), ['invite!'])
  t.deepEqual(found({ invite: 'forged' }), ['invite!'])
  t.deepEqual(found({ manifest: missing }), ['manifest!'])
  t.deepEqual(found({ manifest: { ...verified, ends: NOW } }), ['manifest'])
  t.deepEqual(found({ members: [{ ...MEMBER, clockAheadMs: -45_000 }] }), ['clock'])
  t.deepEqual(found({ nat: { ...NAT, mapping: 'each' } }), ['NAT'])
  t.deepEqual(found({ members: [{ ...MEMBER, relay: null }] }), ['NAT'])
})
