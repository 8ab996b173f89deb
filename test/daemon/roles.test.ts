import type { ChildProcess } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { type PeerConfig, parsePeerConfig } from '../../src/peer/config.ts'
import { manifestHash } from '../../src/swarm/manifest.ts'
import { ROLES } from '../../src/swarm/role.ts'
import { type Exit, ROOT, startProgram, temporaryFolder } from '../helpers/program.ts'

type Config = Record<string, unknown> & { manifest: PeerConfig['manifest'] }

/** One of the configs that operators start from, on any free port. */
const prepare = async (
  home: string,
  name: string,
  role: string,
  change: (config: Config) => object
): Promise<string> => {
  const config = JSON.parse(
    await readFile(join(ROOT, 'peers', role, 'peer.json'), 'utf8')
  ) as Config
  const file = join(home, name, 'peer.json')
  await mkdir(join(home, name))
  const own = { listen: ['/ip4/127.0.0.1/tcp/0'], http: null, logFormat: 'json' }
  await writeFile(file, JSON.stringify({ ...config, ...own, ...change(config) }))
  return file
}

/** Few rounds, but ten seconds of them: nobody must be through before the last one has started. */
const short = ({ manifest }: Config) => ({
  ...manifest,
  strategy: { name: 'delta-set', intervalMs: 250 },
  training: { ...manifest.training, steps: 160 }
})

interface Line extends Record<string, unknown> {
  readonly msg: string
}

/** The first line of the log that says this. */
const says = (child: ChildProcess, message: string): Promise<Line> =>
  new Promise((done) => {
    let rest = ''
    child.stderr!.on('data', (text: Buffer) => {
      const lines = `${rest}${text}`.split('\n')
      rest = lines.pop()!
      for (const line of lines) {
        if (line.includes(`"msg":"${message}"`)) done(JSON.parse(line) as Line)
      }
    })
  })

const hashOf = async (home: string, name: string): Promise<string> =>
  JSON.parse(await readFile(join(home, name, 'state/summary.json'), 'utf8')).replicaHash

const ends = (t: ExecutionContext, exits: readonly Exit[]): void => {
  for (const { code, stderr } of exits) t.is(code, 0, stderr)
}

test('the configs in peers/ should be of one swarm, and each of the role that it is called by', async (t) => {
  const configs = await Promise.all(
    ROLES.map(async (role) =>
      parsePeerConfig(JSON.parse(await readFile(join(ROOT, 'peers', role, 'peer.json'), 'utf8')))
    )
  )
  t.deepEqual(
    configs.map(({ role }) => role),
    [...ROLES]
  )
  t.is(new Set(configs.map(({ manifest }) => manifestHash(manifest))).size, 1)
  t.is(new Set(configs.map(({ listen }) => `${listen}`)).size, 3, 'on ports of their own')
})

test('a bootstrap peer, two trainers and an observer should find each other and end with one replica', async (t) => {
  const home = await temporaryFolder(t)
  const run = (file: string) => startProgram(t, ['peer', '--config', file])
  const bootstrap = run(
    await prepare(home, 'bootstrap', 'bootstrap', (config) => ({ manifest: short(config) }))
  )
  const { addresses, self } = await says(bootstrap.child, 'listening')
  const joining = (shard: number) => (config: Config) => ({
    manifest: short(config),
    shard,
    bootstrap: addresses
  })
  const observer = run(await prepare(home, 'observer', 'observer', joining(0)))
  await says(observer.child, 'listening')
  const trainers = await Promise.all(
    [0, 1].map(async (shard) =>
      run(await prepare(home, `trainer-${shard}`, 'trainer', joining(shard)))
    )
  )
  ends(t, await Promise.all([observer, ...trainers].map(({ exit }) => exit)))
  const hashes = await Promise.all(
    ['observer', 'trainer-0', 'trainer-1'].map((name) => hashOf(home, name))
  )
  t.is(new Set(hashes).size, 1, `${hashes}`)

  bootstrap.child.kill('SIGTERM')
  ends(t, [await bootstrap.exit])
  const { peers } = JSON.parse(await readFile(join(home, 'trainer-0/state/peers.json'), 'utf8'))
  const roles = peers.map(({ name, role }: { name: string; role: string }) =>
    name === self ? 'bootstrap itself' : role
  )
  t.deepEqual(roles.sort(), ['bootstrap itself', 'observer', 'trainer'])
})
