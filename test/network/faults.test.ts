/** The peer that all came through dies, then the network is cut in two. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import type { Host } from './harness/host.ts'
import { whatIsMissing } from './harness/missing.ts'
import type { HostPlan } from './harness/plan.ts'
import type { Board } from './swarm/board.ts'
import { configure, signedFields } from './swarm/configured.ts'
import { createSwarm } from './swarm/create.ts'
import { ENDLESS } from './swarm/document.ts'
import { HostedSwarm } from './swarm/hosted-swarm.ts'
import { Member } from './swarm/member.ts'
import { oneReplica } from './swarm/standstill.ts'
import { pathMatrix } from './swarm/table.ts'
import { TWELVE } from './swarm/twelve.ts'

const missing = await whatIsMissing()

const HOSTS: readonly HostPlan[] = [
  ...TWELVE,
  // A peer of another swarm: not one of ours, but one of the DHT.
  { name: 'other', subnet: 2, access: 'public' },
  { name: 'known', subnet: 1, access: 'port-restricted' },
  { name: 'new', subnet: 4, access: 'port-restricted' }
]

/** Longer than a delta takes to all: at the ends of rounds peers stand at the same cut, and can be compared. */
const INTERVAL_MS = 2000
const COURSE = { peers: TWELVE.length, rounds: ENDLESS, intervalMs: INTERVAL_MS }
const MINUTE_OF_ROUNDS = 60_000 / INTERVAL_MS
/** For so many rounds on a machine that is busy. */
const PATIENCE_SECONDS = 400
/** For twelve that start at once, and for one. */
const START_SECONDS = 300
const JOIN_SECONDS = 240
const HEAL_SECONDS = 60

/** Everybody has done so many rounds more than at this moment. */
const roundsMore = (board: Board, rounds: number): (() => boolean) => {
  const before = board.running.map((member) => ({ member, round: member.status?.round ?? 0 }))
  return () => before.every(({ member, round }) => (member.status?.round ?? 0) >= round + rounds)
}

/** A swarm that shares nothing with ours but the way in which peers are found. Resolves to its address. */
const startOther = async (swarm: HostedSwarm, host: Host): Promise<string> => {
  const folder = join(swarm.internet.folder, 'other-creator')
  await mkdir(folder)
  const file = await createSwarm(host, folder, { ...COURSE, peers: 1 })
  const member = await Member.at(host, swarm.internet.folder)
  const document = { ...(await signedFields(file)), role: 'bootstrap' }
  member.start('peer', '--config', await configure(member, document))
  const board = swarm.board
  await board.until('the other swarm answers', JOIN_SECONDS, () => {
    void member.look()
    return member.status !== null
  })
  return `/ip4/${host.outer}/tcp/4001/p2p/${member.status!.self}`
}

const trains = (member: Member): boolean =>
  member.status?.phase === 'training' && member.status.links.up > 0

if (missing === null) {
  test.serial('should outlive its bootstrap peer and a cut through the middle', async (t) => {
    const swarm = await HostedSwarm.make(t, HOSTS, COURSE, 'pub1')
    const { internet, board } = swarm
    const other = await startOther(swarm, internet.host('other'))
    const first = await swarm.joinAndAnswer(internet.host('pub1'), swarm.file)
    const link = await swarm.link(first, [other])
    for (const { name } of TWELVE.slice(1)) await swarm.join(internet.host(name), link)
    const known = await swarm.join(internet.host('known'), link)
    await board.until('all train together', START_SECONDS, () => board.members.every(trains))
    await board.until('a minute of training', PATIENCE_SECONDS, roundsMore(board, MINUTE_OF_ROUNDS))
    await known.stop()

    await first.kill()
    // From now on nobody sits at the only address of a member that the link has.
    known.join(link)
    const cached = await board.until('one that was there before joins', JOIN_SECONDS, () =>
      trains(known)
    )
    // Of the link's addresses only that of a peer of another swarm answers: manifest and members are in the DHT.
    const late = await swarm.settle(internet.host('new'))
    late.join(link)
    const found = await board.until('a new one joins by the DHT', JOIN_SECONDS, () => trains(late))
    t.log(
      `bootstrap killed: joined by peer book after ${cached.toFixed(1)} s, by DHT after ${found.toFixed(1)} s`
    )

    const halves = [
      [1, 2],
      [3, 4]
    ] as const
    await internet.cut(...halves)
    // Who has all that was sent before the cut, and nothing since, has what the other half has, too.
    await board.until('deltas of their own', PATIENCE_SECONDS, roundsMore(board, 2))
    board.hashes.startAnew()
    const across = async (): Promise<number> => {
      const subnetOf = new Map(internet.hosts.map(({ outer, subnet }) => [outer, subnet]))
      const isLow = (address: string): boolean => subnetOf.get(address)! <= 2
      return [...(await internet.flows())].reduce((sum, [flow, bytes]) => {
        const [from, to] = flow.split(' ') as [string, string]
        return isLow(from) === isLow(to) ? sum : sum + bytes
      }, 0)
    }
    const before = await across()
    await board.until('a minute apart', PATIENCE_SECONDS, roundsMore(board, MINUTE_OF_ROUNDS))
    t.is(await across(), before)
    const running = board.running.map(({ name }) => name)
    const isLow = (name: string): boolean => internet.host(name).subnet <= 2
    const apart = board.hashes.groups(running)
    t.true(
      apart.every((group) => group.every((name) => isLow(name) === isLow(group[0]!))),
      JSON.stringify(apart)
    )
    await internet.heal()
    const healed = await oneReplica(board.running, HEAL_SECONDS)
    t.log(`healed: one hash after ${healed.toFixed(1)} s (${apart.length} groups before)`)
    const ends = await Promise.all(board.running.map((member) => member.stop()))
    t.true(ends.every((end) => end?.code === 0))
    t.deepEqual(board.hashes.conflicts, [])
    t.log(pathMatrix(board.members, board.traffic))
  })
} else {
  test(`is left out: ${missing}`, (t) => t.pass())
}
