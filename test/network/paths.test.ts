/** Which way two peers reach each other, for every pair of obstacles in front of them. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { Internet } from './harness/internet.ts'
import { whatIsMissing } from './harness/missing.ts'
import type { Access, HostPlan } from './harness/plan.ts'
import { Board } from './swarm/board.ts'
import { configure, signedFields } from './swarm/configured.ts'
import { createSwarm } from './swarm/create.ts'
import { ENDLESS } from './swarm/document.ts'
import { bestPath } from './swarm/expected.ts'
import { Member } from './swarm/member.ts'
import { pathMatrix, trafficTable } from './swarm/table.ts'

const missing = await whatIsMissing()

/** Two of each, beside the one that all know at first. */
const ACCESSES: readonly Access[] = ['public', 'port-restricted', 'symmetric', 'outbound-only']
const SHORT: Readonly<Record<Access, string>> = {
  public: 'pub',
  'port-restricted': 'home',
  symmetric: 'sym',
  'outbound-only': 'out'
}

const hosts: readonly HostPlan[] = [
  { name: 'hub', subnet: 1, access: 'public' },
  ...ACCESSES.flatMap((access, index) =>
    [1, 2].map((number) => ({
      name: `${SHORT[access]}${number}`,
      subnet: 1 + ((index + number) % 4),
      access
    }))
  )
]

/** Seconds are enough, but for a machine that has much else to do. */
const PATIENCE_SECONDS = 400

if (missing === null) {
  test.serial('should reach every peer by the best way that there is', async (t) => {
    const internet = await Internet.build({ hosts, delayMs: 25, lossPerMille: 0 })
    const board = new Board()
    t.teardown(async () => {
      board.close()
      await internet.close()
    })
    const hub = internet.host('hub')
    const course = { peers: hosts.length, rounds: ENDLESS, intervalMs: 2000 }
    await mkdir(join(internet.folder, 'made'))
    const file = await createSwarm(hub, join(internet.folder, 'made'), {
      ...course,
      topology: { name: 'full' }
    })
    const signed = await signedFields(file)
    const start = async (host: typeof hub, bootstrap: readonly string[]): Promise<Member> => {
      const member = await Member.at(host, internet.folder)
      const mode = host.access === 'outbound-only' ? 'outbound' : 'auto'
      const fields = { ...signed, bootstrap, reach: { mode } }
      member.start('peer', '--config', await configure(member, fields))
      board.members.push(member)
      return member
    }
    const first = await start(hub, [])
    await board.until('the hub answers', 60, () => first.status !== null)
    const address = `/ip4/${hub.outer}/tcp/4001/p2p/${first.status!.self}`
    for (const host of internet.hosts) {
      if (host !== hub) await start(host, [address])
    }
    const wrong = (): readonly string[] =>
      internet.hosts.flatMap((a) =>
        internet.hosts.flatMap((b) => {
          if (a === b) return []
          const pair = board.traffic.pairs.find(({ from, to }) => from === a.name && to === b.name)
          const wanted = bestPath(a.access, b.access)
          const kind = pair?.kind ?? 'none'
          return kind === wanted ? [] : [`${a.name} -> ${b.name}: ${kind}, not ${wanted}`]
        })
      )
    const describe = (): string =>
      [
        ...wrong(),
        pathMatrix(board.members, board.traffic),
        trafficTable(board.members, board.traffic),
        board.summary()
      ].join('\n')
    const seconds = await board.until(
      'all paths are as they should be',
      PATIENCE_SECONDS,
      () => wrong().length === 0,
      describe
    )
    t.log(`after ${seconds.toFixed(0)} s\n${pathMatrix(board.members, board.traffic)}`)
    t.deepEqual(wrong(), [])
  })
} else {
  test(`is left out: ${missing}`, (t) => t.pass())
}
