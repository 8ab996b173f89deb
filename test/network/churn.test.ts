/** Peers that leave and come, minute after minute. */
import test from 'ava'
import { type Random, seeded } from '../../src/random.ts'
import { whatIsMissing } from './harness/missing.ts'
import { HostedSwarm } from './swarm/hosted-swarm.ts'
import type { Member } from './swarm/member.ts'
import { trafficTable } from './swarm/table.ts'
import { TWELVE } from './swarm/twelve.ts'
import { undisturbedAccuracy } from './swarm/undisturbed.ts'

const missing = await whatIsMissing()

const MINUTES = Number(process.env['CHURN_MINUTES'] ?? 10)
const SEED = 1
const INTERVAL_MS = 1000
const ROUNDS_A_MINUTE = 60_000 / INTERVAL_MS
/** 30 %, rounded up. */
const LEAVING = Math.ceil(0.3 * TWELVE.length)
const COURSE = {
  peers: TWELVE.length,
  // One more than the minutes of churn, so that the last ones to come have something left to do.
  rounds: (MINUTES + 1) * ROUNDS_A_MINUTE,
  intervalMs: INTERVAL_MS
}
const START_SECONDS = 300
/** Of a minute of rounds, on a machine that is busy. */
const PATIENCE_SECONDS = 400

/** Who goes: so many, but for one public peer, which others need to meet each other. */
const leaving = (members: readonly Member[], random: Random): readonly Member[] => {
  const shuffled = members
    .map((member) => ({ member, key: random.next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ member }) => member)
  const stays = shuffled.find(({ host }) => host.access === 'public')
  return shuffled.filter((member) => member !== stays).slice(0, LEAVING)
}

if (missing === null) {
  test.serial('should learn as well while peers leave and come', async (t) => {
    const swarm = await HostedSwarm.make(t, TWELVE, COURSE, 'pub1')
    const { internet, board } = swarm
    const first = await swarm.joinAndAnswer(internet.host('pub1'), swarm.file)
    const link = await swarm.link(first)
    for (const host of internet.hosts) {
      if (host !== first.host) await swarm.join(host, link)
    }
    await board.until('all have trained', START_SECONDS, () =>
      board.members.every(({ status }) => (status?.round ?? 0) > 0)
    )
    const random = seeded(SEED)
    const gone = new Set<Member>()
    for (let minute = 1; minute <= MINUTES; minute++) {
      const stays = board.running.find(({ host }) => host.access === 'public')!
      const before = stays.status!.round
      await board.until(
        `minute ${minute}`,
        PATIENCE_SECONDS,
        () => stays.status!.round >= before + ROUNDS_A_MINUTE
      )
      const going = leaving(board.running, random)
      // Half of them say goodbye.
      await Promise.all(going.map((member, i) => (i % 2 === 0 ? member.stop() : member.kill())))
      for (const member of going) gone.add(member)
      const inviting = board.running.find(({ host }) => host.access === 'public')!
      const invitation = await swarm.link(inviting)
      for (const { host } of going) await swarm.join(host, invitation, `${host.name}-${minute}`)
    }
    await board.until(
      'the run is over',
      2 * PATIENCE_SECONDS,
      () => board.running.length === 0,
      () => board.summary()
    )
    const last = board.members.filter((member) => !gone.has(member))
    const summaries = await Promise.all(last.map((member) => member.summary()))
    const undisturbed = await undisturbedAccuracy(t, COURSE)
    const accuracy = Math.min(...summaries.map((summary) => summary.accuracy!))
    t.log(`${gone.size} left and as many came; accuracy ${accuracy}, undisturbed ${undisturbed}`)
    t.log(trafficTable(board.members, board.traffic))
    t.is(new Set(summaries.map(({ replicaHash }) => replicaHash)).size, 1)
    t.true(Math.abs(accuracy - undisturbed) <= 0.01 || accuracy > undisturbed)
  })
} else {
  test(`is left out: ${missing}`, (t) => t.pass())
}
