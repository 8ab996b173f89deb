/** What an operator can get wrong, met by `swarmgrad peer`: exit code 2, the field or file, and the remedy. */
import { writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { seeded } from '../../src/random.ts'
import { replicaBytes } from '../../src/storage/replica-file.ts'
import { createModel } from '../../src/training/models/create-model.ts'
import { rowSides } from '../../src/training/models/model.ts'
import { type Changes, configure, homeFor, lastHash, runPeer } from '../helpers/daemon.ts'
import { builtIn } from '../unit/training/helpers.ts'

const SHORT = { training: { steps: 80 } }

const UNKNOWN_ID = '12D3KooWKnDdG3iXw9eTFijk3EWSunZcFi54Zka4wmtqtt6rPxc8'

interface Refusal {
  readonly what: string
  readonly changes: Changes
  readonly args?: readonly string[]
  /** What stderr says, all of it. */
  readonly says: ReadonlyArray<string | RegExp>
}

const REFUSALS: readonly Refusal[] = [
  {
    what: 'unknown keys and wrong values in every section, all at once',
    changes: {
      config: {
        role: 'boss',
        graceSeconds: -1,
        checkpoint: { every: 60, keep: 1 },
        http: { prot: 8790, token: 'short' },
        limits: { memory: 512, uploadKBps: 0 },
        schedule: { train: ['22:00 - 07:00'], zone: 'UTC' },
        logFormat: 'xml'
      }
    },
    says: [
      '11 problems:',
      '  role: ',
      '  graceSeconds: ',
      '  checkpoint.every: unknown key',
      '  checkpoint.keep: ',
      '  http.prot: unknown key',
      '  http.token: must be at least 16 characters',
      '  limits.memory: unknown key',
      '  limits.uploadKBps: ',
      '  schedule.zone: unknown key',
      '  schedule.train[0]: expected HH:MM-HH:MM, such as 22:00-07:00',
      '  logFormat: '
    ]
  },
  {
    what: 'a schedule that ends when it begins, with what else is wrong',
    changes: { config: { schedule: { train: ['07:00-07:00'] }, shard: 7 } },
    says: ['2 problems:', '  schedule.train[0]: begins when it ends: 07:00-07:00', '  shard: ']
  },
  {
    what: 'an address that is none',
    changes: { config: { bootstrap: [`/ip4/999.0.0.1/tcp/4001/p2p/${UNKNOWN_ID}`] } },
    says: ['  bootstrap[0]: is no multiaddr of a peer: /ip4/999.0.0.1/tcp/4001']
  },
  {
    what: 'a dashboard that others can reach, without a token',
    changes: { config: { http: { host: '0.0.0.0', port: 0 } } },
    says: ['  http.token: must be given', 'SSH tunnel']
  },
  {
    what: 'a listening address that is not of this machine',
    changes: { config: { listen: ['/ip4/203.0.113.7/tcp/0'] } },
    says: ['  listen: ', '203.0.113.7']
  },
  {
    what: 'less memory than it takes, with the sum',
    changes: { config: { limits: { memoryMiB: 64 } } },
    says: ['limits.memoryMiB', /\d+(\.\d+)? MiB/]
  },
  {
    what: 'less disk than it takes, with the sum',
    changes: { config: { limits: { diskMiB: 1 } } },
    says: ['limits.diskMiB', /\d+(\.\d+)? MiB/]
  },
  {
    what: 'a state folder below a file',
    changes: { config: { state: 'peer.json/state' } },
    says: ['peer.json/state: cannot be written to: ENOTDIR']
  },
  {
    what: 'an initial replica that is no safetensors file',
    changes: {},
    args: ['--initial', 'peer.json'],
    says: ['peer.json: is no whole safetensors file: ', 'or give another one']
  },
  {
    what: 'an initial replica of another model',
    changes: {},
    args: ['--initial', 'other.safetensors'],
    says: ['other.safetensors: no tensor ', 'give a replica of the same model']
  },
  {
    what: 'an initial replica that is cut off',
    changes: {},
    args: ['--initial', 'cut.safetensors'],
    says: ['cut.safetensors: is no whole safetensors file: ']
  }
]

const OTHER = createModel(builtIn({ name: 'mlp', hidden: [9] }), rowSides([28, 28, 1], 10))

for (const { what, changes, args, says } of REFUSALS) {
  test(`should refuse ${what}`, async (t) => {
    const home = await homeFor(t, { ...SHORT, ...changes })
    const other = replicaBytes(OTHER.layout, OTHER.initial(seeded(1)))
    await writeFile(join(home.folder, 'other.safetensors'), other)
    await writeFile(join(home.folder, 'cut.safetensors'), other.subarray(0, other.length - 100))
    const { code, stderr } = await runPeer(t, home, { args })
    t.is(code, 2, stderr)
    for (const text of says) {
      const said = typeof text === 'string' ? stderr.includes(text) : text.test(stderr)
      t.true(said, `${text} is not in:\n${stderr}`)
    }
    t.notRegex(stderr, /^ {4}at |unexpected|undefined/m)
  })
}

const listening = (t: ExecutionContext): Promise<number> =>
  new Promise((done) => {
    const server: Server = createServer()
    t.teardown(() => server.close())
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      const address = server.address()
      done(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })

test('a port that is in use should be refused by name, with what was kept as it was', async (t) => {
  const port = await listening(t)
  const home = await homeFor(t, SHORT)
  t.like(await runPeer(t, home), { code: 0 })
  const hash = await lastHash(home)
  const address = `/ip4/127.0.0.1/tcp/${port}`
  for (const [config, said] of [
    [{ listen: [address] }, `  listen: address in use: ${address}`],
    [{ http: { port } }, `  http.port: ${port} on 127.0.0.1 is in use by another program`]
  ] as const) {
    await configure(home, { ...SHORT, config })
    const { code, stderr } = await runPeer(t, home)
    t.is(code, 2, stderr)
    t.true(stderr.includes(said), stderr)
    t.regex(stderr, /(give|take) another port/)
  }
  await configure(home, SHORT)
  t.like(await runPeer(t, home), { code: 0 })
  t.is(await lastHash(home), hash)
})
